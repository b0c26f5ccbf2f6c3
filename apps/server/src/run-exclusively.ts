import type { Logger } from 'pino'
import type { Archive } from './open-archive.ts'
import { pause } from './pause.ts'
import { describeError } from './problem.ts'

/** What work in the background of a server needs. */
export interface BackgroundOptions {
  readonly log: Logger
  readonly signal: AbortSignal
}

/** Time between attempts while another process works on the archive. */
const retryMs = 30_000

/**
 * Runs work that wants no other of its kind beside it, while requests are served; put off as long as another process is at
 * such work. A failure is logged, and the next start tries again.
 * @param name as the log calls it
 */
export async function runExclusively(
  archive: Archive,
  name: string,
  { log, signal }: BackgroundOptions,
  work: () => Promise<unknown>,
): Promise<void> {
  try {
    while (!signal.aborted) {
      const done = await archive.exclusively(async () => {
        await work()
        return true
      })
      if (done) return
      log.info(`${name} put off: another process is at work on this archive`)
      await pause(retryMs, signal)
    }
  } catch (error) {
    if (!signal.aborted) log.error({ error: describeError(error) }, `the ${name} failed`)
  }
}
