import { join } from 'node:path'
import { runClosedLoop } from '../measure/closed-loop.ts'
import { hasWrk, runWrk } from '../measure/wrk.ts'
import type { Get, ServerName } from '../servers/server.ts'
import { compareAnswers, type Essence } from './answers.ts'
import type { ArchiveState, Key, KeyContext, Targets } from './key.ts'

/** What is asked for, and how often at once. */
export interface ReadPlan {
  readonly name: string
  readonly measures: string
  readonly unit?: 'answers/s' | 'MB/s'
  readonly state?: ArchiveState
  readonly connections: number
  readonly targets: Targets
  /** Answers of more than some hundred kilobytes are counted by our own client, others by wrk where it is installed. */
  readonly large?: true
  readonly gets: (context: KeyContext) => readonly Get[]
  readonly essence: Essence
  /** What an answer must hold whoever gives it. */
  readonly expected?: (context: KeyContext) => string
  /** Without servers that only send kept answers. */
  readonly archivesOnly?: true
  /** Not over PostgreSQL and MinIO. */
  readonly embeddedOnly?: boolean
  readonly statuses?: readonly number[]
}

/** A key that reads the same resources over and over, in turn, in a closed loop over kept connections. */
export function readKey(plan: ReadPlan): Key {
  const { name, measures, unit = 'answers/s', state = 'studies', connections, targets, archivesOnly = false } = plan
  const servers: readonly ServerName[] = [
    'sansfilm',
    'orthanc',
    ...(archivesOnly ? [] : (['nginx', 'node'] as const)),
    ...(plan.embeddedOnly ? [] : (['scaled'] as const)),
  ]
  return {
    name,
    measures: `${measures}, ${connections} at once`,
    unit,
    better: 'more',
    state,
    servers,
    targets,
    async prepare(context) {
      const gets = plan.gets(context)
      if (!archivesOnly) await context.fleet.mirror.keep(gets)
      const first = gets[0] as Get // every plan has one
      const expected = plan.expected?.(context)
      const check: Essence = (answer) => {
        const essence = plan.essence(answer)
        return expected === undefined || essence === expected ? essence : `not what was stored: ${essence}`
      }
      return compareAnswers(context, first, check, servers)
    },
    async run(server, { sizes, work, ...context }) {
      const requests = plan.gets({ sizes, work, ...context }).map((get) => server.request(get))
      if (hasWrk && plan.large !== true && unit === 'answers/s') {
        return runWrk(join(work), server.port, connections, sizes.seconds, requests)
      }
      const result = await runClosedLoop({
        port: server.port,
        connections,
        seconds: sizes.seconds,
        next: (n) => requests[n % requests.length],
        expect: plan.statuses ?? [200],
      })
      return unit === 'MB/s' ? result.bytes / 1e6 / result.seconds : result.answers / result.seconds
    },
  }
}
