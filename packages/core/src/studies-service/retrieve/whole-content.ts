import type { InstanceStorage } from '../../adapters/index.ts'
import type { Content } from '../../http/content.ts'

/** All of a read in one buffer. */
export async function readWhole(bytes: Uint8Array | AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> {
  if (bytes instanceof Uint8Array) return bytes
  const whole = Buffer.allocUnsafe(length)
  let filled = 0
  for await (const chunk of bytes) {
    whole.set(chunk, filled)
    filled += chunk.length
  }
  if (filled !== length) throw new Error(`A read of ${length} bytes gave ${filled}`)
  return whole
}

/** All of a content into memory of its length; what the storage read it into, the storage may use again. */
export async function readInto(memory: Uint8Array, content: Content, storage: InstanceStorage): Promise<void> {
  const bytes = await content.read()
  let filled = 0
  for await (const chunk of bytes instanceof Uint8Array ? [bytes] : bytes) {
    memory.set(chunk, filled)
    filled += chunk.length
    storage.reuse?.(chunk)
  }
  if (filled !== memory.length) throw new Error(`A read of ${memory.length} bytes gave ${filled}`)
}

/** A piece of content in one buffer. */
export async function readPiece(content: Content, offset: number, length: number): Promise<Uint8Array> {
  return readWhole(await content.read({ offset, length }), length)
}
