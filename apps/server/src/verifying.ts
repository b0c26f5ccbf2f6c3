import { performance } from 'node:perf_hooks'
import { verifyInBackground } from '@sansfilm/core'
import type { MaintenanceWatch } from './maintenance-watch.ts'
import type { Archive } from './open-archive.ts'
import { pause } from './pause.ts'
import { describeError } from './problem.ts'
import type { BackgroundOptions } from './run-exclusively.ts'

/** How a server verifies. */
export interface VerifyArchiveOptions extends BackgroundOptions {
  readonly bytesPerDay: number
  /** Told of each damaged or missing object, beside the log, and of each round. */
  readonly watch: MaintenanceWatch
}

/** Time between attempts while another process verifies, or after a failure. */
const retryMs = 300_000

/** A process that spends more of its time than this is busy. */
const busyShare = 0.5

/**
 * Reads stored objects again while requests are served, at so many bytes a day; where many processes serve the archive, one
 * of them does. A damaged or missing object is an error in the log and in `sansfilm verify --report`: nothing is repaired,
 * and requests for other objects are answered as before.
 */
export async function verifyArchive(
  archive: Archive,
  { bytesPerDay, log, signal, watch }: VerifyArchiveOptions,
): Promise<void> {
  if (bytesPerDay === 0) return
  while (!signal.aborted) {
    try {
      await archive.exclusively(async (lost) => {
        await verifyInBackground(archive, {
          bytesPerDay,
          isBusy: watchLoad(),
          signal: AbortSignal.any([lost, signal]),
          onProblem({ stored: { study, series, instance }, key, problem, cause }) {
            watch.onDamaged(problem)
            log.error(
              { event: 'damaged', problem, study, series, instance, key, reason: cause?.message },
              'a stored object is not as it was stored: see the guide on backup',
            )
          },
          onRound({ lastRound, problems }) {
            watch.onVerified()
            log.info({ ...lastRound, problems: problems.length }, 'verified')
          },
        })
        return true
      }, 'verification')
    } catch (error) {
      if (!signal.aborted) log.error({ error: describeError(error) }, 'the verification failed')
    }
    await pause(retryMs, signal)
  }
}

/** Whether the event loop was busy since the last look; looks a moment apart count as one. */
function watchLoad(): () => boolean {
  const lookMs = 200
  let last = performance.eventLoopUtilization()
  let lookedAt = performance.now()
  let busy = false
  return () => {
    if (performance.now() - lookedAt < lookMs) return busy
    busy = performance.eventLoopUtilization(last).utilization > busyShare
    last = performance.eventLoopUtilization()
    lookedAt = performance.now()
    return busy
  }
}
