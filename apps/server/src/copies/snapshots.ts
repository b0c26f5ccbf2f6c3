import { constants } from 'node:fs'
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { StartError } from '../start-error.ts'

/** A dated copy of the index of a backup. */
export interface Snapshot {
  /** `2026-11-24T18-30-00Z`: when it was made, in the order of time. */
  readonly name: string
  readonly file: string
}

const folderIn = (backup: string): string => join(backup, 'snapshots')
const ending = '.sqlite'

/** The snapshots of a backup, oldest first. */
export async function listSnapshots(backup: string): Promise<readonly Snapshot[]> {
  const files = await readdir(folderIn(backup)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return files
    .filter((file) => /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ\.sqlite$/.test(file))
    .sort()
    .map((file) => ({ name: file.slice(0, -ending.length), file: join(folderIn(backup), file) }))
}

/** Keeps a copy of the index of a backup, which nobody has open. It is there whole, or not at all. */
export async function takeSnapshot(backup: string, now: Date): Promise<Snapshot> {
  const name = `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z`
  const file = join(folderIn(backup), name + ending)
  await mkdir(folderIn(backup), { recursive: true, mode: 0o750 })
  await copyIndex(join(backup, 'index.sqlite'), file)
  return { name, file }
}

/**
 * Copies the file of an index; where the file system can, without writing it twice.
 * @throws StartError where a process has it open: what was committed last would lie in another file
 */
export async function copyIndex(from: string, to: string): Promise<void> {
  const log = await stat(`${from}-wal`).catch(() => undefined)
  if (log !== undefined && log.size > 0) {
    throw new StartError(
      `${from} is in use, or was left by a process that was killed. Stop who has it open, and try again.`,
    )
  }
  const partial = `${to}.partial`
  await copyFile(from, partial, constants.COPYFILE_FICLONE)
  const handle = await open(partial, 'r+')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(partial, to)
}

/** Removes all but the newest `keep`. Resolves to those that remain, and how many went. */
export async function dropOldSnapshots(
  backup: string,
  keep: number,
): Promise<{ readonly kept: readonly Snapshot[]; readonly dropped: number }> {
  const all = await listSnapshots(backup)
  const old = all.slice(0, Math.max(all.length - keep, 0))
  for (const { file } of old) {
    for (const name of [file, `${file}-wal`, `${file}-shm`]) await rm(name, { force: true })
  }
  return { kept: all.slice(old.length), dropped: old.length }
}
