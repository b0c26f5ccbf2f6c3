import type { Command } from 'commander'
import { ConfigError, readArchiveConfig } from '../config.ts'
import { importCommand } from './import-command.ts'
import type { ImportFlags } from './register-import.ts'
import type { OpenTarget } from './store-target.ts'

/**
 * Runs the command against what the flags name. Resolves to the exit status.
 * @throws ConfigError, ArchiveError
 */
export async function runImport(command: Command, paths: readonly string[], flags: ImportFlags): Promise<number> {
  const { target, close } = await openTarget(command, flags)
  const interrupt = new AbortController()
  const stop = () => interrupt.abort()
  // Only the first signal is caught: who presses twice means it.
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    const { stdout: output, stderr: progress } = process
    const { concurrency } = flags
    return await importCommand({ paths, target, concurrency, signal: interrupt.signal, output, progress })
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await close()
  }
}

/** Each kind of target is loaded by those alone who use it: to start is much of what a small import takes. */
async function openTarget(command: Command, { to, header }: ImportFlags): Promise<OpenTarget> {
  if (to === undefined) {
    const { openArchiveTarget } = await import('./archive-target.ts')
    return openArchiveTarget(readArchiveConfig(command, process.env))
  }
  if (command.getOptionValueSource('data') === 'cli') {
    throw new ConfigError(['--to and --data contradict each other: files go to a server or into a folder.'])
  }
  const { httpTarget } = await import('./http-target.ts')
  return { target: httpTarget(to, { headers: header }), close: async () => undefined }
}
