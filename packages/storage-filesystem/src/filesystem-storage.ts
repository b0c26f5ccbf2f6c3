import { open, rename, rmdir, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import {
  AdapterError,
  assertObjectKey,
  type ByteRange,
  type InstanceStorage,
  type ObjectKey,
} from '@sansfilm/core/adapters'
import { DurableFolders, makeFolderSync } from './durable-folders.ts'
import { absent, attempt, errorName, unless } from './failures.ts'
import { IncomingFile } from './incoming-file.ts'
import { listObjects } from './list-objects.ts'
import { ObjectReader } from './object-reader.ts'
import { ownerMark } from './owner-mark.ts'
import { PackFiles } from './pack-files.ts'
import { UnfinishedPuts } from './unfinished-puts.ts'
import { WriteBuffers } from './write-buffers.ts'

/** Options of `filesystemStorage`. */
export interface FilesystemStorageOptions {
  /** Made if it is not there. One file system: objects are renamed into place. */
  readonly directory: string
}

/** Instance storage in files. */
export interface FilesystemStorage extends InstanceStorage {
  /** Unfinished puts found at the start; `sweepUnfinished` removes them. */
  readonly leftovers: number
}

/**
 * Keeps each object in the file that its key names below `directory`. Objects come to be by a rename, after their bytes
 * were flushed; several processes may share the folder.
 * @throws the file system's error where the folder cannot be made
 * @example const storage = filesystemStorage({ directory: './data/objects' })
 */
export function filesystemStorage(options: FilesystemStorageOptions): FilesystemStorage {
  const directory = resolve(options.directory)
  const incoming = join(directory, '.incoming')
  makeFolderSync(incoming)
  const unfinished = new UnfinishedPuts(incoming)
  const folders = new DurableFolders(directory)
  const buffers = new WriteBuffers()
  const reader = new ObjectReader()

  const pathOf = (key: ObjectKey) => {
    assertObjectKey(key)
    return join(directory, key)
  }

  const packs = new PackFiles(pathOf, folders)

  return {
    leftovers: unfinished.leftovers,

    async put(key, bytes) {
      const path = pathOf(key)
      return unfinished.withNewFile(async (incomingPath) => {
        const file = new IncomingFile(incomingPath, buffers)
        try {
          for await (const chunk of bytes) {
            const waiting = file.append(chunk)
            if (waiting !== undefined) await waiting
          }
          const length = await file.finish()
          await moveDurably(incomingPath, path, folders)
          return { length }
        } catch (error) {
          await file.discard()
          throw error
        }
      })
    },

    openPack: (group, newKey) => packs.open(group, newKey),

    async get(key, range) {
      const path = pathOf(key)
      if (range !== undefined) assertRange(range)
      return reader.stream(path, range)
    },

    async read(key, range) {
      const path = pathOf(key)
      assertRange(range)
      return reader.read(path, range)
    },

    reuse: (bytes) => reader.reuse(bytes),

    async delete(key) {
      const path = pathOf(key)
      packs.forget(key)
      await attempt('delete the object', unless(notAFile, unlink(path)))
      await reader.forget(path)
      await removeEmptyFolders(dirname(path), directory, folders)
    },

    list: (prefix = '') => listObjects(directory, prefix),

    sweepUnfinished: (before) => unfinished.sweep(before),

    owner: ownerMark(directory),

    check: () => unfinished.withNewFile((path) => probe(path, reader)),

    async close() {
      await packs.close()
      buffers.clear()
      await reader.clear()
    },
  }
}

/** How `unlink` says that there is no such file. macOS refuses to unlink a folder as EPERM. */
const notAFile = process.platform === 'darwin' ? [...absent, 'EPERM'] : absent

/** A folder may vanish again while it is made, but not for ever. */
const maxAttempts = 5

/** Renames a flushed file to where it is visible, and makes the name survive power loss. Nothing is visible when it rejects. */
async function moveDurably(from: string, to: string, folders: DurableFolders): Promise<void> {
  const folder = dirname(to)
  for (let attempts = 1; ; attempts++) {
    try {
      await folders.ensure(folder)
      await attempt('name the object', rename(from, to))
      break
    } catch (error) {
      // The folder was empty, and a delete has removed it since it was last seen; or the file itself was removed.
      const vanished = error instanceof AdapterError && errorName(error.cause) === 'ENOENT'
      if (!vanished || attempts === maxAttempts) throw error
      folders.forget(folder)
    }
  }
  try {
    await folders.sync(folder)
  } catch (error) {
    await unlink(to).catch(() => {})
    throw error
  }
}

async function removeEmptyFolders(folder: string, root: string, folders: DurableFolders): Promise<void> {
  for (let path = folder; path !== root; path = dirname(path)) {
    try {
      await rmdir(path)
    } catch (error) {
      if (errorName(error) === undefined) throw error
      return // not empty, or gone already
    }
    folders.forget(path)
  }
}

/** Writes a file and reads it back: a full, read-only or broken medium shows here. */
async function probe(path: string, reader: ObjectReader): Promise<void> {
  const bytes = Buffer.alloc(4096, 'sansfilm')
  try {
    const handle = await attempt('create a probe file', open(path, 'wx', 0o640))
    try {
      await attempt('write a probe file', handle.write(bytes))
      await attempt('flush a probe file', handle.datasync())
    } finally {
      await handle.close()
    }
    const back = await reader.read(path, { offset: 0, length: bytes.length })
    if (!bytes.equals(back)) throw new AdapterError('unavailable', 'A probe file does not read as it was written')
  } finally {
    await unlink(path).catch(() => {})
    await reader.forget(path)
  }
}

function assertRange({ offset, length }: ByteRange): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0) return
  throw new RangeError(`Not a range of bytes: ${length} from ${offset}`)
}
