import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fillArchive } from '../archives/fill.ts'
import type { Sizes } from '../archives/sizes.ts'
import { makeStudies, type Studies } from '../archives/studies.ts'
import type { ArchiveState, Key, KeyContext } from '../keys/key.ts'
import { createPatience, type Patience } from '../measure/patience.ts'
import { archivesOf, type Fleet, type Peers, restartEnded, startFleet, without } from '../servers/fleet.ts'
import { measureKey } from './measure-key.ts'
import type { KeyResult } from './result.ts'

export interface RunPlan {
  readonly folder: string
  readonly keys: readonly Key[]
  readonly sizes: Sizes
  readonly peers: Peers
  readonly nodeOptions: readonly string[]
  /** Ends the run after the key that is being measured. */
  readonly signal: AbortSignal
  /** Called with what happens. */
  readonly say: (line: string) => void
  readonly done: (result: KeyResult) => Promise<void>
  /** Called with a key, or what else is not measured, and why. */
  readonly skipped: (what: string, reason: string) => void
}

/** Archives that are filled one upon the other share their servers. */
const phases: readonly (readonly ArchiveState[])[] = [['empty'], ['studies'], ['search-0', 'search-1', 'search-2']]

/** What one phase works with. */
interface Phase {
  readonly plan: RunPlan
  readonly studies: Studies
  readonly patience: Patience
  /** Its first: the folder of its archives. */
  readonly folder: string
  readonly states: readonly ArchiveState[]
}

/** Makes the studies, starts the servers, fills them and measures, phase by phase. What fails costs its own keys alone. */
export async function runKeys(plan: RunPlan): Promise<void> {
  plan.say('Making the studies ...')
  const studies = await makeStudies(join(plan.folder, 'studies'), plan.sizes)
  const patience = createPatience(plan.sizes.patienceSeconds)
  for (const states of phases) {
    const wanted = states.filter((state) => plan.keys.some((key) => key.state === state))
    const last = wanted.at(-1)
    if (last === undefined || plan.signal.aborted) continue
    const left = new Set(plan.keys.filter(({ state }) => wanted.includes(state)))
    // A step needs those before it.
    const needed = states.slice(0, states.indexOf(last) + 1)
    const phase = { plan, studies, patience, folder: join(plan.folder, states[0] ?? ''), states: needed }
    try {
      await runPhase(phase, left)
    } catch (error) {
      for (const key of left) await plan.done(failed(key, error))
    }
  }
}

/** @param left keys that are not measured yet; taken out as they are */
async function runPhase({ plan, studies, patience, folder, states }: Phase, left: Set<Key>): Promise<void> {
  const work = join(plan.folder, 'work')
  await mkdir(work, { recursive: true })
  let fleet = await startFleet(folder, plan.peers, plan.nodeOptions)
  try {
    let storedBytes = 0
    for (const state of states) {
      if (plan.signal.aborted) return left.clear()
      plan.say(`Filling the archives: ${state} ...`)
      const filled = await fill(plan, fleet, studies, state)
      fleet = filled.fleet
      storedBytes += filled.storedBytes
      for (const key of plan.keys.filter((candidate) => candidate.state === state)) {
        if (plan.signal.aborted) return left.clear()
        left.delete(key)
        for (const name of await restartEnded(fleet)) plan.say(`  ${name} had ended, and was started again.`)
        plan.say(key.name)
        await runKey(plan, key, { studies, fleet, sizes: plan.sizes, work, patience, storedBytes })
      }
    }
  } finally {
    await fleet.stop()
  }
}

async function runKey(plan: RunPlan, key: Key, context: KeyContext): Promise<void> {
  try {
    const reason = await key.skip?.(context)
    if (reason !== undefined) return plan.skipped(key.name, reason)
    await plan.done(await measureKey(key, context))
  } catch (error) {
    await plan.done(failed(key, error))
  }
}

function failed({ name, measures, unit, better, targets }: Key, error: unknown): KeyResult {
  const failure = error instanceof Error ? error.message : String(error)
  return { name, measures, unit, better, targets, servers: {}, seconds: 0, failure }
}

/** Fills all archives at once, for that is not measured. One that cannot be filled is left out from then on, but for ours. */
async function fill(
  { sizes, skipped }: RunPlan,
  fleet: Fleet,
  studies: Studies,
  state: ArchiveState,
): Promise<{ readonly fleet: Fleet; readonly storedBytes: number }> {
  const archives = archivesOf(fleet, state)
  const filled = await Promise.allSettled(archives.map((archive) => fillArchive(archive, studies, sizes, state)))
  let rest = fleet
  for (const [n, outcome] of filled.entries()) {
    const name = archives[n]?.name
    if (outcome.status === 'fulfilled' || name === undefined) continue
    if (name === 'sansfilm') throw outcome.reason
    skipped(name, `it cannot be filled for ${state}: ${outcome.reason}`)
    rest = without(rest, name)
  }
  const [ours] = filled
  return { fleet: rest, storedBytes: ours?.status === 'fulfilled' ? ours.value : 0 }
}
