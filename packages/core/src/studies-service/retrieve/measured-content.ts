import type { Content } from '../../http/content.ts'

/**
 * Content of unknown length, its length found by reading it once. It can be ranged then: each range reads from the start
 * and lets go what lies before.
 */
export async function measuredContent(content: Content): Promise<Content> {
  let length = 0
  for await (const chunk of asChunks(await content.read())) length += chunk.length
  return {
    length,
    async read(range) {
      const bytes = await content.read()
      return range === undefined ? bytes : within(asChunks(bytes), range.offset, range.offset + range.length)
    },
  }
}

/** The bytes from `start` to before `end`; what comes after is not read. */
export async function* within(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  start: number,
  end: number,
): AsyncIterable<Uint8Array> {
  let position = 0
  if (start === end) return
  for await (const chunk of source) {
    const from = Math.max(start - position, 0)
    const to = Math.min(end - position, chunk.length)
    if (from < to) yield chunk.subarray(from, to)
    position += chunk.length
    if (position >= end) return
  }
  throw new Error('Content that is read as it is made is shorter than its range')
}

function asChunks(bytes: Uint8Array | AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> | Iterable<Uint8Array> {
  return bytes instanceof Uint8Array ? [bytes] : bytes
}
