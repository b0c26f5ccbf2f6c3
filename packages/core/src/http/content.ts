import type { ByteRange } from '../adapters/instance-storage.ts'

/** Bytes that can be read from any place: what Range, HEAD and multipart envelopes are built on. */
export interface Content {
  /** Bytes; `undefined` where only reading tells. Such content cannot be ranged. */
  readonly length: number | undefined
  /** The bytes, or those of `range`, which lies within `length`. Small content comes as one buffer. */
  read(range?: ByteRange): Promise<Uint8Array | AsyncIterable<Uint8Array>>
}

/** Concatenations up to this length are read into one buffer, so that they go out in one write; beyond it the copy costs more. */
const oneBufferLength = 64 * 1024

/** Content that is in memory already. */
export function bytesContent(bytes: Uint8Array): Content {
  return {
    length: bytes.length,
    read: async (range) => (range === undefined ? bytes : bytes.subarray(range.offset, range.offset + range.length)),
  }
}

/** A range of other content, whose length is known. */
export function sliceContent(content: Content, slice: ByteRange): Content {
  return {
    length: slice.length,
    read: (range) =>
      content.read(range === undefined ? slice : { offset: slice.offset + range.offset, length: range.length }),
  }
}

/** Several contents as one. Each is read when the reader has come to it. */
export function concatContent(contents: readonly Content[]): Content {
  const length = totalLength(contents)
  return {
    length,
    async read(range) {
      if (length === undefined) {
        if (range !== undefined) throw new Error('Content of unknown length cannot be ranged')
        return readAll(contents)
      }
      const wanted = range ?? { offset: 0, length }
      const bytes = readAll(piecesWithin(contents, wanted))
      return wanted.length <= oneBufferLength ? gather(bytes, wanted.length) : bytes
    },
  }
}

function totalLength(contents: readonly Content[]): number | undefined {
  let total = 0
  for (const { length } of contents) {
    if (length === undefined) return undefined
    total += length
  }
  return total
}

/** The parts of contents of known length that lie in `range`. */
function* piecesWithin(contents: readonly Content[], range: ByteRange): Iterable<Content> {
  const end = range.offset + range.length
  let start = 0
  for (const content of contents) {
    if (start >= end) return
    const length = content.length ?? 0
    const from = Math.max(range.offset - start, 0)
    const to = Math.min(end - start, length)
    if (from === 0 && to === length) yield content
    else if (from < to) yield sliceContent(content, { offset: from, length: to - from })
    start += length
  }
}

/** Reads contents one after the other; empty chunks are left out. */
export async function* readAll(contents: Iterable<Content> | AsyncIterable<Content>): AsyncIterable<Uint8Array> {
  for await (const content of contents) {
    const bytes = await content.read()
    if (!(bytes instanceof Uint8Array)) yield* bytes
    else if (bytes.length > 0) yield bytes
  }
}

async function gather(source: AsyncIterable<Uint8Array>, length: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafe(length)
  let filled = 0
  for await (const chunk of source) {
    bytes.set(chunk, filled)
    filled += chunk.length
  }
  if (filled !== length) throw new Error(`Content of ${length} bytes gave ${filled}`)
  return bytes
}
