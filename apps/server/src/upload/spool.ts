import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileErrorCode } from '../import/file-error.ts'
import { UnreadableError } from '../import/unreadable-error.ts'

/** A place for zips that are being unpacked, bounded over all uploads. */
export interface Spool {
  /**
   * Writes the bytes to a file, lends it to `use`, and frees the room.
   * @throws UnreadableError where there is no room
   */
  lend<T>(bytes: AsyncIterable<Uint8Array>, use: (file: FileHandle) => Promise<T>): Promise<T>
}

const noRoom = 'There is no room to unpack the zip now'

/** @param maxBytes of all files that are there at once */
export function createSpool(directory: string, maxBytes: number): Spool {
  let held = 0

  async function write(
    bytes: AsyncIterable<Uint8Array>,
    file: FileHandle,
    take: (bytes: number) => void,
  ): Promise<void> {
    for await (const chunk of bytes) {
      take(chunk.length)
      for (let offset = 0; offset < chunk.length; ) {
        const { bytesWritten } = await file.write(chunk, offset).catch(rejectFull)
        offset += bytesWritten
      }
    }
  }

  return {
    async lend(bytes, use) {
      let length = 0
      const file = await createNameless(directory)
      try {
        await write(bytes, file, (added) => {
          if (held + added > maxBytes) throw new UnreadableError(noRoom)
          held += added
          length += added
        })
        return await use(file)
      } finally {
        held -= length
        await file.close()
      }
    },
  }
}

/** A file that has lost its name already: whatever happens to this process, nothing is left behind. */
async function createNameless(directory: string): Promise<FileHandle> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, `${randomUUID()}.zip`)
  const file = await open(path, 'wx+', 0o600)
  await rm(path)
  return file
}

function rejectFull(error: unknown): never {
  const code = fileErrorCode(error)
  throw code === 'ENOSPC' || code === 'EDQUOT' ? new UnreadableError(noRoom, { cause: error }) : error
}
