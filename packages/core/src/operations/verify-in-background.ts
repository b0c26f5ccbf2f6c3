import { setTimeout as pause } from 'node:timers/promises'
import type { IteratedInstance } from '../adapters/index.ts'
import { liesThere, objectsOf } from '../studies-service/stored-objects.ts'
import { checkObject } from './check-object.ts'
import type { Archive } from './operation.ts'
import {
  newVerification,
  readVerification,
  type Verification,
  withFinding,
  withRoundEnded,
  writeVerification,
} from './verification.ts'
import type { VerifyProblem } from './verify.ts'

/** Options of `verifyInBackground`. */
export interface VerifyInBackgroundOptions {
  /** Bytes read in a day, at most, evenly spread. */
  readonly bytesPerDay: number
  /** Milliseconds from the beginning of one round to that of the next, at least. Default: a week. */
  readonly roundMs?: number | undefined
  /** Whether others want the machine now: then it rests, though not for ever. */
  readonly isBusy?: (() => boolean) | undefined
  readonly onProblem?: ((problem: VerifyProblem) => void) | undefined
  /** Called at the end of each round. */
  readonly onRound?: ((verification: Verification) => void) | undefined
  /** Ends it. */
  readonly signal: AbortSignal
}

const dayMs = 86_400_000

/** A process that is killed forgets so much of what it has read. */
const saveMs = 30_000

/** It rests for so long while others want the machine, at most so often in a row. */
const rest = { ms: 250, times: 40 } as const

/**
 * Reads every stored object again and again, at a bounded number of bytes a day, and compares it with its digest: the
 * instance that was read longest ago first. It goes on where the last process ended. What is damaged or missing is told of,
 * and kept for `readVerification`; nothing is repaired. One process at a time is to run it. Resolves when the signal aborts.
 * @example await verifyInBackground({ storage, index }, { bytesPerDay: 500e9, signal })
 */
export async function verifyInBackground(archive: Archive, options: VerifyInBackgroundOptions): Promise<void> {
  const { index } = archive
  const { roundMs = 7 * dayMs, onRound, signal } = options
  const kept: Kept = { state: (await readVerification(index)) ?? newVerification(new Date()) }
  let savedAt = performance.now()
  const save = async () => {
    await writeVerification(index, kept.state)
    savedAt = performance.now()
  }
  try {
    while (!signal.aborted) {
      for await (const instance of index.all(undefined, kept.state.cursor)) {
        await verifyOne(archive, instance, kept, options)
        if (performance.now() - savedAt >= saveMs) await save()
      }
      const began = Date.parse(kept.state.round.since)
      kept.state = withRoundEnded(kept.state, new Date())
      await save()
      onRound?.(kept.state)
      await sleep(began + roundMs - Date.now(), signal)
      kept.state = { ...kept.state, round: { ...kept.state.round, since: new Date().toISOString() } }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  await save()
}

/** The state so far: what was read is paid for, even if it ends in the middle of an instance. */
interface Kept {
  state: Verification
}

/** Verifies one instance. @throws the signal's reason, in the middle of it: then it is not counted, and begun anew later */
async function verifyOne(
  { storage, index }: Archive,
  { cursor, ...stored }: IteratedInstance,
  kept: Kept,
  { bytesPerDay, isBusy, onProblem, signal }: VerifyInBackgroundOptions,
): Promise<void> {
  const pace = async (bytes: number) => {
    const { round, paidUntil } = kept.state
    const from = Math.max(paidUntil, Date.now())
    kept.state = {
      ...kept.state,
      round: { ...round, bytes: round.bytes + bytes },
      paidUntil: from + (bytes / bytesPerDay) * dayMs,
    }
    for (let times = 0; isBusy?.() === true && times < rest.times; times++) await sleep(rest.ms, signal)
    await sleep(kept.state.paidUntil - Date.now(), signal)
    signal.throwIfAborted()
  }
  for (const object of objectsOf(stored)) {
    const found = await checkObject(object, storage, pace)
    const { key } = object.location
    // An instance that was deleted or moved while it was read is no problem.
    const isProblem = found !== undefined && (await liesThere(stored, index))
    kept.state = withFinding(kept.state, { stored, key }, isProblem ? found.problem : undefined, new Date())
    if (isProblem) onProblem?.({ stored, key, ...found })
  }
  const { round } = kept.state
  kept.state = { ...kept.state, cursor, round: { ...round, instances: round.instances + 1 } }
}

/** Waits, in pieces that timers can count; the signal's abort ends the wait. */
async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  const longest = 2 ** 30
  const end = Date.now() + ms
  for (let left = ms; left > 0 && !signal.aborted; left = end - Date.now()) {
    await pause(Math.min(left, longest), undefined, { signal, ref: false }).catch(() => {})
  }
}
