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

/** A piece of content in one buffer. */
export async function readPiece(content: Content, offset: number, length: number): Promise<Uint8Array> {
  return readWhole(await content.read({ offset, length }), length)
}
