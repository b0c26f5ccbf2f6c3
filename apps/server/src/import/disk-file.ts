import { type FileHandle, open } from 'node:fs/promises'
import { explainFileError } from './file-error.ts'
import type { SourceFile } from './source-file.ts'
import { UnreadableError } from './unreadable-error.ts'

const chunkLength = 256 * 1024

/** A file on disk. It is open only while it is read. */
export function diskFile(path: string, bytes: number): SourceFile {
  return { name: path, weight: bytes, open: () => readFile(path) }
}

/** @throws UnreadableError */
export async function openFile(path: string): Promise<FileHandle> {
  return open(path).catch(rejectUnreadable)
}

async function* readFile(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  const file = await openFile(path)
  try {
    for (;;) {
      // A buffer for each chunk: who reads may still hold the last one.
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(chunkLength)).catch(rejectUnreadable)
      if (bytesRead === 0) return
      yield buffer.subarray(0, bytesRead)
    }
  } finally {
    await file.close()
  }
}

function rejectUnreadable(error: unknown): never {
  throw new UnreadableError(explainFileError(error), { cause: error })
}
