import { randomUUID } from 'node:crypto'
import { existsSync, readFile } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { AdapterError, type ByteRange, type DerivedCache } from '@sansfilm/core/adapters'
import { LRUCache } from 'lru-cache'
import { ObjectReader } from './object-reader.ts'

/** Where the cache lies and how much it may hold. */
export interface FilesystemCacheOptions {
  /** Made when it is missing. Nothing else may lie in it. */
  readonly directory: string
  /** Bytes of all entries; the least recently used go first. */
  readonly maxBytes: number
}

/** Entries of another form are swept away at start. */
const entryName = /^[0-9a-z-]{8,128}$/

/** Of what was made or read last, and is in memory as well. */
const recentBytes = 16 * 1024 * 1024

/** What is longer is not kept in memory, but read piece by piece, as stored objects are. */
const longestInMemory = recentBytes / 8

/** Ends every file, and the length of what comes before it follows: what power loss has cut off does not end so. */
const endMark = Buffer.from('SFKEPT1\n')
const trailerLength = endMark.length + 8

/** Reading an entry marks it as used, at most so often. */
const touchEveryMs = 60_000

/**
 * A cache of derived bytes as files, two levels deep. Several processes may share a folder: each bounds what it knows of,
 * and takes what others wrote. A file is whole or absent: by rename, and since nothing is synced, for all can be made again,
 * by a trailer that tells what power loss has left of it. The last entries are in memory as well, from the moment they are put.
 */
export function filesystemCache({ directory, maxBytes }: FilesystemCacheOptions): DerivedCache {
  const pathOf = (key: string): string => join(directory, key.slice(0, 2), key)
  const reader = new ObjectReader()
  const entries = new LRUCache<string, Entry>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: ({ size }) => size + 1,
    dispose(_, key, reason) {
      if (reason !== 'evict') return
      recent.delete(key)
      const path = pathOf(key)
      void rm(path, { force: true })
        .then(() => reader.forget(path))
        .catch(ignore)
    },
  })
  const recent = new LRUCache<string, Uint8Array>({
    maxSize: recentBytes,
    maxEntrySize: longestInMemory,
    sizeCalculation: ({ length }) => length + 1,
  })
  const opened = openEntries(directory, (key, size, touched) =>
    entries.set(key, { size, touched, isWhole: false }),
  ).catch(ignore)

  /** Those that were there when something was put last. */
  const folders = new Set<string>()

  async function write(key: string, bytes: Uint8Array): Promise<void> {
    const folder = key.slice(0, 2)
    const unfinished = join(directory, `${randomUUID()}.part`)
    try {
      if (!folders.has(folder)) await mkdir(join(directory, folder), { recursive: true, mode: 0o750 })
      folders.add(folder)
      const file = await open(unfinished, 'wx', 0o640)
      // One call writes all, mostly; where it does not, the file does not end as a whole one does.
      await file.writev([bytes, trailerOf(bytes.length)]).finally(() => file.close())
      await rename(unfinished, pathOf(key))
    } catch (error) {
      folders.delete(folder)
      await rm(unfinished, { force: true }).catch(ignore)
      throw error
    }
  }

  /** What is known of an entry, which is marked as used. */
  function use(key: string): Entry | undefined {
    const entry = entries.get(key)
    const now = Date.now()
    if (entry === undefined || now - entry.touched <= touchEveryMs) return entry
    entry.touched = now
    void utimes(pathOf(key), now / 1000, now / 1000).catch(ignore)
    return entry
  }

  /** Whether the file of an entry ends as it should: looked at once for what an earlier process has left. */
  async function isWhole(key: string, entry: Entry): Promise<boolean> {
    if (entry.isWhole) return true
    const trailer = await reader.read(pathOf(key), { offset: entry.size, length: trailerLength }).catch(() => undefined)
    entry.isWhole = trailer !== undefined && trailerOf(entry.size).equals(trailer)
    return entry.isWhole
  }

  async function readLong(key: string, range: ByteRange): Promise<AsyncIterable<Uint8Array> | undefined> {
    try {
      return await reader.stream(pathOf(key), range)
    } catch (error) {
      // Most likely another process has pushed it out.
      if (!(error instanceof AdapterError)) throw error
      entries.delete(key)
      return undefined
    }
  }

  return {
    async find(key) {
      await opened
      const entry = use(key)
      if (entry === undefined || entry.size <= longestInMemory || !(await isWhole(key, entry))) return undefined
      const whole = { offset: 0, length: entry.size }
      return { length: entry.size, read: (range = whole) => readLong(key, range) }
    },

    reuse: (bytes) => reader.reuse(bytes),

    async get(key) {
      if (!entryName.test(key)) return undefined
      await opened
      const path = pathOf(key)
      const entry = use(key)
      const kept = recent.get(key)
      if (kept !== undefined) return kept
      // Mostly something is asked for the first time. To look for its name takes microseconds; a turn of the thread pool is as
      // long as drawing a small picture.
      const mayBeThere = entry !== undefined || existsSync(path)
      const bytes = mayBeThere ? await readIfThere(path) : undefined
      if (bytes === undefined) {
        entries.delete(key)
        return undefined
      }
      if (entry === undefined) entries.set(key, { size: bytes.length, touched: Date.now(), isWhole: true })
      recent.set(key, bytes)
      return bytes
    },

    async put(key, bytes) {
      if (!entryName.test(key) || bytes.length > maxBytes / 8) return
      recent.set(key, bytes)
      await opened
      try {
        await write(key, bytes)
        entries.set(key, { size: bytes.length, touched: Date.now(), isWhole: true })
      } catch {
        recent.delete(key)
      }
    },
  }
}

/** What is known of the file of an entry. */
interface Entry {
  /** Bytes without the trailer. */
  readonly size: number
  touched: number
  /** Whether its trailer was seen or written. */
  isWhole: boolean
}

function trailerOf(length: number): Buffer {
  const trailer = Buffer.alloc(trailerLength)
  endMark.copy(trailer)
  trailer.writeBigUInt64LE(BigInt(length), endMark.length)
  return trailer
}

/** Without an error where there is no file, or no whole one. */
function readIfThere(path: string): Promise<Uint8Array | undefined> {
  return new Promise((resolve) => {
    readFile(path, (error, file) => resolve(error === null ? withoutTrailer(file) : undefined))
  })
}

function withoutTrailer(file: Buffer): Uint8Array | undefined {
  const length = file.length - trailerLength
  return length >= 0 && trailerOf(length).equals(file.subarray(length)) ? file.subarray(0, length) : undefined
}

/** Takes up what an earlier process left, the least recently used first, and removes what it did not finish. */
async function openEntries(
  directory: string,
  add: (key: string, size: number, touched: number) => void,
): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o750 })
  const found: { key: string; size: number; touched: number }[] = []
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const path = join(entry.parentPath, entry.name)
    if (!entryName.test(entry.name)) {
      await rm(path, { force: true })
      continue
    }
    const { size, mtimeMs } = await stat(path)
    found.push({ key: entry.name, size: Math.max(0, size - trailerLength), touched: mtimeMs })
  }
  for (const { key, size, touched } of found.sort((a, b) => a.touched - b.touched)) add(key, size, touched)
}

function ignore(): void {
  // What the cache cannot do costs time alone.
}
