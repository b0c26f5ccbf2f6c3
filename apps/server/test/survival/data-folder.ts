import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SweepReport, sweep } from '@sansfilm/core'
import type { StoredInstance } from '@sansfilm/core/adapters'
import { lookupTransferSyntax } from '@sansfilm/dicom'
import { sqliteIndex } from '@sansfilm/index-sqlite'
import { filesystemStorage } from '@sansfilm/storage-filesystem'

/** Runs `use` with a new folder, and removes it. */
export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'sansfilm-survival-'))
  try {
    await mkdir(join(folder, 'data'))
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** Paths of files below a folder, relative to it. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

/** What lies in an archive: objects, and puts that are not finished. */
export async function archiveFiles(data: string): Promise<{ objects: readonly string[]; incoming: readonly string[] }> {
  const files = await filesBelow(join(data, 'objects'))
  return {
    objects: files.filter((path) => !path.startsWith('.')), // a key never does
    incoming: files.filter((path) => path.startsWith('.incoming/')),
  }
}

/** The instances of an archive that no server holds open, that are deflated. */
export async function deflatedIn(data: string): Promise<readonly StoredInstance[]> {
  return (await storedIn(data)).filter(({ transferSyntax }) => lookupTransferSyntax(transferSyntax)?.deflated === true)
}

/** How many instances of an archive that no server holds open lie in packs. */
export async function packedIn(data: string): Promise<number> {
  return (await storedIn(data)).filter(({ location }) => location.key.endsWith('.pack')).length
}

async function storedIn(data: string): Promise<readonly StoredInstance[]> {
  const index = sqliteIndex({ file: join(data, 'index.sqlite') })
  try {
    const found: StoredInstance[] = []
    for await (const stored of index.all()) found.push(stored)
    return found
  } finally {
    await index.close()
  }
}

/** Sweeps an archive that no server holds open, sparing nothing for its youth. */
export async function sweepAll(data: string): Promise<SweepReport> {
  const storage = filesystemStorage({ directory: join(data, 'objects') })
  const index = sqliteIndex({ file: join(data, 'index.sqlite') })
  try {
    // File times may be a tick of the kernel's clock behind.
    await new Promise((resolve) => setTimeout(resolve, 20))
    return await sweep({ storage, index }, { graceMs: 0, evenIfIndexIsEmpty: true })
  } finally {
    await index.close()
    await storage.close()
  }
}

/** Removes the database, as a crash of its disk would. */
export async function loseIndex(data: string): Promise<void> {
  for (const name of await readdir(data)) if (name.startsWith('index.sqlite')) await rm(join(data, name))
}

/** Waits until a condition holds, at most `ms`. @returns whether it came to hold */
export async function comesTrue(ms: number, condition: () => Promise<boolean>): Promise<boolean> {
  const deadline = performance.now() + ms
  while (!(await condition())) {
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return true
}
