import type { Sizes } from '../archives/sizes.ts'
import type { ArchiveState, Key } from '../keys/key.ts'

/** Around each repetition: a look whether the machine is calm, restarts, the client's own start. */
const secondsAround = 0.5
const warmUpSeconds = 1
/** Before the first repetition: comparing answers, keeping them for those who only send them. */
const prepareSeconds = 2
/** Of a key that is measured once. */
const onceSeconds = 6
const studiesSeconds = 30
/** Small studies stored in all archives at once. */
const studiesASecond = 400
const fillSeconds = 45

/** Minutes that a run takes on a calm machine, roughly; on another it takes its patience longer. */
export function estimateMinutes(keys: readonly Key[], sizes: Sizes): number {
  const measuring = keys.map(({ servers, once }) => {
    const each = once ? onceSeconds : warmUpSeconds + sizes.repetitions * (sizes.seconds + secondsAround)
    return prepareSeconds + servers.length * each
  })
  const states = new Set<ArchiveState>(keys.map(({ state }) => state))
  const step = (['search-2', 'search-1', 'search-0'] as const).findIndex((state) => states.has(state))
  const small = step === -1 ? 0 : (sizes.searchSteps.toReversed()[step] as number) / studiesASecond // of three steps
  const filling = (states.has('studies') ? fillSeconds : 0) + small
  return (studiesSeconds + filling + measuring.reduce((sum, seconds) => sum + seconds, 0)) / 60
}
