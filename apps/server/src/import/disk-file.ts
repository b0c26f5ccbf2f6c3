import { type FileHandle, open } from 'node:fs/promises'
import { explainFileError } from './file-error.ts'
import type { MeasuredFile } from './source-file.ts'
import { UnreadableError } from './unreadable-error.ts'

const chunkLength = 256 * 1024

/** Beyond the length that is expected: enough to see that the file ends there. */
const probeLength = 512

/** A file on disk. It is open only while it is read. */
export function diskFile(path: string, length: number): MeasuredFile {
  return {
    name: path,
    weight: length,
    length,
    open: () => readFile(path, length),
    readInto: (memory) => readWhole(path, memory),
  }
}

/** @throws UnreadableError */
export async function openFile(path: string): Promise<FileHandle> {
  return open(path).catch(rejectUnreadable)
}

async function* readFile(path: string, expected: number): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await openFile(path)
  try {
    for (let offset = 0; ; ) {
      const length = offset < expected ? Math.min(chunkLength, expected - offset) : probeLength
      // A buffer for each chunk: who reads may still hold the last one.
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length)).catch(rejectUnreadable)
      if (bytesRead === 0) return
      offset += bytesRead
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

async function readWhole(path: string, memory: Uint8Array): Promise<number> {
  const file = await openFile(path)
  try {
    let filled = 0
    while (filled < memory.length) {
      const wanted = memory.length - filled
      const { bytesRead } = await file.read(memory, filled, wanted).catch(rejectUnreadable)
      filled += bytesRead
      // Files give less than is asked for at their end alone.
      if (bytesRead < wanted) break
    }
    return filled
  } finally {
    await file.close()
  }
}

function rejectUnreadable(error: unknown): never {
  throw new UnreadableError(explainFileError(error), { cause: error })
}
