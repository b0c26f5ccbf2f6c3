import type { Command } from 'commander'
import { addOptions, readArchiveConfig, readSettings } from '../config.ts'
import { backupOptions, dataOptions, moveOptions, restoreOptions } from '../options.ts'

/** Adds `move`, `backup` and `restore` to the command line. The exit status is left in `process.exitCode`. */
export function registerCopies(program: Command, env: NodeJS.ProcessEnv): void {
  const move = program
    .command('move')
    .description('copy the archive into another storage or index while it serves; safe to interrupt and to repeat')
  addOptions(move, { ...dataOptions, ...moveOptions }).action(async () => {
    const { runMove } = await import('./move.ts')
    process.exitCode = await runMove(readArchiveConfig(move, env), readSettings(moveOptions, move, env))
  })

  const backup = program
    .command('backup')
    .description('bring a backup up to date while the archive serves, and keep a snapshot of its index')
  addOptions(backup, { ...dataOptions, ...backupOptions }).action(async () => {
    const { runBackup } = await import('./backup.ts')
    process.exitCode = await runBackup(readArchiveConfig(backup, env), readSettings(backupOptions, backup, env))
  })

  const restore = program
    .command('restore')
    .description('bring into the archive what a backup has and it has not; takes nothing away')
  addOptions(restore, { ...dataOptions, ...restoreOptions }).action(async () => {
    const { runRestore } = await import('./restore.ts')
    process.exitCode = await runRestore(readArchiveConfig(restore, env), readSettings(restoreOptions, restore, env))
  })
}
