import type { ByteRange } from '../../adapters/index.ts'

/** The bytes of a range of content that can only be read from its start; what comes after is not read. */
export async function* within(
  source: AsyncIterable<Uint8Array>,
  { offset, length }: ByteRange,
): AsyncIterable<Uint8Array> {
  const end = offset + length
  let position = 0
  if (length === 0) return
  for await (const chunk of source) {
    const from = Math.max(offset - position, 0)
    const to = Math.min(end - position, chunk.length)
    if (from < to) yield chunk.subarray(from, to)
    position += chunk.length
    if (position >= end) return
  }
  throw new Error('Content that is read as it is made is shorter than its range')
}
