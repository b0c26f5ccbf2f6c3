import { ForeignStorageError } from '@sansfilm/core'
import type { ArchiveConfig } from '../config.ts'
import { type Archive, openArchive } from '../open-archive.ts'
import { StartError } from '../start-error.ts'

/** What a command's operation is given. */
export interface OperationRun {
  readonly archive: Archive
  /** Aborts when the person wants to stop. */
  readonly signal: AbortSignal
  /** Shows how far it is, on standard error; drawn now and then, whatever often it is called. */
  readonly show: (line: () => string) => void
}

/** The exit status of a command that was interrupted, as shells have it. */
const interrupted = 130

/**
 * Opens the archive, runs an operation on it and closes it. Ctrl-C ends the operation where it is.
 * @param missing what to do when there is no archive
 * @returns the exit status
 * @throws StartError when there is no archive
 */
export async function runOperation(
  config: ArchiveConfig,
  operation: (run: OperationRun) => Promise<number>,
  missing: 'create' | 'fail' = 'fail',
): Promise<number> {
  const interrupt = new AbortController()
  const stop = () => interrupt.abort()
  // Only the first signal is caught: who presses twice means it.
  process.once('SIGINT', stop).once('SIGTERM', stop)
  const archive = await openArchive(config, missing)
  const progress = createProgressLine(process.stderr)
  try {
    return await operation({ archive, signal: interrupt.signal, show: progress.show })
  } catch (error) {
    if (error instanceof ForeignStorageError) throw new StartError(`${error.message}.`)
    if (!interrupt.signal.aborted) throw error
    progress.end()
    process.stderr.write('Interrupted. What was done stays done.\n')
    return interrupted
  } finally {
    progress.end()
    await archive.close()
  }
}

/** A line that is drawn anew five times a second on a terminal, and written every five seconds elsewhere. */
function createProgressLine(output: NodeJS.WriteStream) {
  const interval = output.isTTY ? 200 : 5000
  let next = performance.now() + interval
  return {
    show(line: () => string): void {
      if (performance.now() < next) return
      next = performance.now() + interval
      output.write(output.isTTY ? `\r${line().slice(0, (output.columns || 80) - 1)}\x1b[K` : `${line()}\n`)
    },
    end(): void {
      if (output.isTTY) output.write('\r\x1b[K')
    },
  }
}
