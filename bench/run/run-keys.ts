import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fillWithInstances, fillWithSmallStudies, hasSmallStudies } from '../archives/fill.ts'
import type { Sizes } from '../archives/sizes.ts'
import { allInstances, makeStudies, type Studies } from '../archives/studies.ts'
import type { ArchiveState, Key } from '../keys/key.ts'
import { type Fleet, type Peers, startFleet } from '../servers/fleet.ts'
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
  /** Called with a key that is not measured, and why. */
  readonly skipped: (key: string, reason: string) => void
}

/** Archives that are filled one upon the other share their servers. */
const phases: readonly (readonly ArchiveState[])[] = [['empty'], ['studies'], ['search-0', 'search-1', 'search-2']]

/** Makes the studies, starts the servers, fills them and measures, phase by phase. */
export async function runKeys(plan: RunPlan): Promise<void> {
  plan.say('Making the studies ...')
  const studies = await makeStudies(join(plan.folder, 'studies'), plan.sizes)
  for (const states of phases) {
    const wanted = states.filter((state) => plan.keys.some((key) => key.state === state))
    const last = wanted.at(-1)
    if (last === undefined || plan.signal.aborted) continue
    const fleet = await startFleet(join(plan.folder, states[0] ?? ''), plan.peers, plan.nodeOptions)
    try {
      // A step needs those before it.
      await runPhase(plan, studies, fleet, states.slice(0, states.indexOf(last) + 1))
    } finally {
      await fleet.stop()
    }
  }
}

async function runPhase(plan: RunPlan, studies: Studies, fleet: Fleet, states: readonly ArchiveState[]): Promise<void> {
  const work = join(plan.folder, 'work')
  await mkdir(work, { recursive: true })
  let storedBytes = 0
  for (const state of states) {
    if (plan.signal.aborted) return
    plan.say(`Filling the archives: ${state} ...`)
    storedBytes += await fill(fleet, studies, plan.sizes, state)
    for (const key of plan.keys.filter((candidate) => candidate.state === state)) {
      if (plan.signal.aborted) return
      plan.say(key.name)
      const context = { studies, fleet, sizes: plan.sizes, work, storedBytes }
      const reason = await key.skip?.(context)
      if (reason === undefined) await plan.done(await measureKey(key, context))
      else plan.skipped(key.name, reason)
    }
  }
}

/** @returns bytes stored in each archive */
async function fill(fleet: Fleet, studies: Studies, sizes: Sizes, state: ArchiveState): Promise<number> {
  const steps: readonly ArchiveState[] = ['search-0', 'search-1', 'search-2']
  const step = steps.indexOf(state)
  const [from, to] = [step > 0 ? sizes.searchSteps[step - 1] : 0, sizes.searchSteps[step]]
  let stored = 0
  for (const archive of [fleet.sansfilm, fleet.orthanc]) {
    if (archive === undefined) continue
    if (state === 'studies') stored = await fillWithInstances(archive, allInstances(studies))
    if (from === undefined || to === undefined) continue
    stored = await fillWithSmallStudies(archive, from, to)
    if (!(await hasSmallStudies(archive, to))) throw new Error(`${archive.name} does not find what was stored`)
  }
  return stored
}
