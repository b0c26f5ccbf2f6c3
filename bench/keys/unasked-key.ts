import { runClosedLoop } from '../measure/closed-loop.ts'
import { archiveNames, type Get, type ServerName } from '../servers/server.ts'
import { compareAnswers, type Essence } from './answers.ts'
import type { Key, KeyContext, Targets } from './key.ts'

/** What is asked for that was never asked for before. */
export interface UnaskedPlan {
  readonly name: string
  readonly measures: string
  readonly connections: number
  readonly targets: Targets
  /** The request of a number: each is for something else. */
  readonly get: (context: KeyContext, n: number) => Get
  readonly essence: Essence
  /** Requests in one repetition at most, for there are only so many that differ; 250 by default. */
  readonly most?: number
}

/**
 * A key that asks for each thing once in all its repetitions, so that no server has the answer from before. What a server
 * keeps of the instances themselves, it may use.
 */
export function unaskedKey({ name, measures, connections, targets, get, essence, most = 250 }: UnaskedPlan): Key {
  const next = numbersOfEach()
  return {
    name,
    measures: `${measures}, ${connections} at once`,
    unit: 'answers/s',
    better: 'more',
    state: 'studies',
    servers: archiveNames,
    targets,
    prepare: (context) => {
      const [n = 0] = archiveNames.map(next)
      return compareAnswers(context, get(context, n), essence)
    },
    async run(server, context) {
      const { answers, seconds } = await runClosedLoop({
        port: server.port,
        connections,
        seconds: context.sizes.seconds,
        next: (n) => (n < most ? server.request(get(context, next(server.name))) : undefined),
      })
      return answers / seconds
    },
  }
}

/** Counts for each server what it was asked; all are asked the same. */
export function numbersOfEach(): (server: ServerName) => number {
  const asked = new Map<ServerName, number>()
  return (server) => {
    const n = asked.get(server) ?? 0
    asked.set(server, n + 1)
    return n
  }
}
