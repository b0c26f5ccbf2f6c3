import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { AdapterError, type ByteRange } from '@sansfilm/core/adapters'
import { ByteBudget } from './byte-budget.ts'
import { attempt, attemptToFind } from './failures.ts'
import { ObjectStream, readAt } from './object-stream.ts'

const KiB = 1024

/** Reads objects by the path of their file. */
export class ObjectReader {
  readonly #budget = new ByteBudget({ total: 16 * KiB * KiB, largest: 512 * KiB, smallest: 64 * KiB })

  /** A stream of the file or of `range`. What is small is read at once, so that no descriptor stays open. */
  async stream(path: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>> {
    const handle = await openObject(path)
    try {
      const within = clamp(range ?? { offset: 0, length: Number.MAX_SAFE_INTEGER }, await lengthOf(handle))
      if (within.length > 64 * KiB) return new ObjectStream(handle, within, this.#budget)
      const bytes = await readFully(handle, within)
      await handle.close()
      return once(bytes)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** The bytes of `range`, fewer past the end. */
  async read(path: string, range: ByteRange): Promise<Uint8Array> {
    const handle = await openObject(path)
    try {
      // Only for large ranges is it worth asking how much of them there is.
      const within = range.length > 256 * KiB ? clamp(range, await lengthOf(handle)) : range
      return await readFully(handle, within)
    } finally {
      await handle.close()
    }
  }
}

async function openObject(path: string): Promise<FileHandle> {
  return attemptToFind('open the object', open(path, constants.O_RDONLY))
}

async function lengthOf(handle: FileHandle): Promise<number> {
  const stats = await attempt('look at the object', handle.stat())
  if (!stats.isFile()) throw new AdapterError('not-found', 'The key names a folder')
  return stats.size
}

function clamp({ offset, length }: ByteRange, total: number): ByteRange {
  return { offset, length: Math.max(Math.min(length, total - offset), 0) }
}

async function readFully(handle: FileHandle, { offset, length }: ByteRange): Promise<Uint8Array> {
  const first = await readAt(handle, offset, length)
  if (first.length === length || first.length === 0) return first
  // The file ends here, or the call was cut short: only another one tells.
  const rest = await readFully(handle, { offset: offset + first.length, length: length - first.length })
  return rest.length === 0 ? first : Buffer.concat([first, rest])
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  if (bytes.length > 0) yield bytes
}
