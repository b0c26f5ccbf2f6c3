import { createDicomweb } from '@sansfilm/core'
import type { Command } from 'commander'
import { strikeOffUnkept } from '../back-filling.ts'
import { ConfigError, readArchiveConfig } from '../config.ts'
import { openArchive } from '../open-archive.ts'
import { dicomwebTarget } from './dicomweb-target.ts'
import { httpTarget } from './http-target.ts'
import { importCommand } from './import-command.ts'
import type { ImportFlags } from './register-import.ts'
import type { StoreTarget } from './store-target.ts'

interface OpenTarget {
  readonly target: StoreTarget
  close(): Promise<void>
}

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

async function openTarget(command: Command, { to, header }: ImportFlags): Promise<OpenTarget> {
  if (to !== undefined) {
    if (command.getOptionValueSource('data') === 'cli') {
      throw new ConfigError(['--to and --data contradict each other: files go to a server or into a folder.'])
    }
    return { target: httpTarget(to, { headers: header }), close: async () => undefined }
  }
  const archive = await openArchive(readArchiveConfig(command, process.env), 'create')
  await strikeOffUnkept(archive)
  const { storage, index, onConflict, extraAttributes } = archive
  const dicomweb = createDicomweb({ storage, index, onConflict, extraAttributes })
  return { target: dicomwebTarget(dicomweb, { serviceRoot: 'http://localhost' }), close: () => archive.close() }
}
