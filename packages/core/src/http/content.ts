import { setImmediate } from 'node:timers/promises'
import type { ByteRange } from '../adapters/instance-storage.ts'

/** Contents that are passed over in one turn of the event loop: some milliseconds. */
const contentsAtOnce = 1024

/** Bytes that can be read from any place: what Range, HEAD and multipart envelopes are built on. */
export interface Content {
  /** Bytes; `undefined` where an answer should not wait for finding out. */
  readonly length: number | undefined
  /** Finds a length that is not told, whatever it costs. Content that has neither can only be read as a whole. */
  measure?(): Promise<number>
  /** The bytes, or those of `range`, which lies within `length`. Small content comes as one buffer. */
  read(range?: ByteRange, reading?: Reading): Promise<Uint8Array | AsyncIterable<Uint8Array>>
}

/** One reader's way through contents: what they share, such as a stream that several lie in, is closed when it leaves. */
export class Reading {
  readonly #held = new Map<object, { close(): Promise<void> }>()

  /** What belongs to `owner`, made when it is first asked for. */
  share<Held extends { close(): Promise<void> }>(owner: object, make: () => Held): Held {
    const held = (this.#held.get(owner) as Held | undefined) ?? make() // by the same owner, so of the same type
    this.#held.set(owner, held)
    return held
  }

  async close(): Promise<void> {
    for (const held of this.#held.values()) await held.close()
  }
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
    read: (range, reading) =>
      content.read(
        range === undefined ? slice : { offset: slice.offset + range.offset, length: range.length },
        reading,
      ),
  }
}

/** Content that has to be looked into before its length is known; that is done once. */
export function preparedContent(prepare: () => Promise<Content>): Content {
  let preparing: Promise<Content> | undefined
  const prepared = () => {
    preparing ??= prepare()
    return preparing
  }
  return {
    length: undefined,
    measure: async () => (await measured(await prepared())).length,
    read: async (range, reading) => (await prepared()).read(range, reading),
  }
}

/** The same content, its length found if it has to be. */
export async function measured(content: Content): Promise<Content & { readonly length: number }> {
  const { length, measure } = content
  if (length !== undefined) return { ...content, length }
  if (measure === undefined) throw new Error('Content of unknown length cannot be measured')
  return { ...content, length: await measure() }
}

/** Several contents as one. Each is read when the reader has come to it. */
export function concatContent(contents: readonly Content[]): Content {
  const length = totalLength(contents)
  if (length === undefined) return pulledContent(() => contents)
  return {
    length,
    async read(range = { offset: 0, length }, reading?: Reading) {
      const bytes = readAll(piecesWithin(contents, range), reading)
      return range.length <= oneBufferLength ? gather(bytes, range.length) : bytes
    },
  }
}

/**
 * Contents that are made anew for each reader, as one: none are held. What lies before a range is passed over by its
 * length; only what has to be looked into for that is read.
 */
export function pulledContent(pull: () => Iterable<Content> | AsyncIterable<Content>): Content {
  return {
    length: undefined,
    async measure() {
      let total = 0
      for await (const content of breathing(pull())) total += (await measured(content)).length
      return total
    },
    read: async (range, reading) => readAll(range === undefined ? pull() : pulledWithin(pull(), range), reading),
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
  let start = 0
  for (const content of contents) {
    if (start >= range.offset + range.length) return
    const length = content.length ?? 0
    const piece = pieceWithin(content, start, length, range)
    if (piece !== undefined) yield piece
    start += length
  }
}

async function* pulledWithin(
  contents: Iterable<Content> | AsyncIterable<Content>,
  range: ByteRange,
): AsyncIterable<Content> {
  let start = 0
  for await (const content of breathing(contents)) {
    const { length } = await measured(content)
    const piece = pieceWithin(content, start, length, range)
    if (piece !== undefined) yield piece
    start += length
    if (start >= range.offset + range.length) return
  }
  throw new Error('Content is shorter than it was measured')
}

/** Passes contents on, and lets others have a turn now and then: to pass over many may read nothing, and so wait for nothing. */
async function* breathing(contents: Iterable<Content> | AsyncIterable<Content>): AsyncIterable<Content> {
  let passed = 0
  for await (const content of contents) {
    if (++passed % contentsAtOnce === 0) await setImmediate()
    yield content
  }
}

/** What of content that begins at `start` lies in `range`. */
function pieceWithin(content: Content, start: number, length: number, range: ByteRange): Content | undefined {
  const from = Math.max(range.offset - start, 0)
  const to = Math.min(range.offset + range.length - start, length)
  if (from === 0 && to === length) return content
  return from < to ? sliceContent(content, { offset: from, length: to - from }) : undefined
}

/** Reads contents one after the other; empty chunks are left out. */
export async function* readAll(
  contents: Iterable<Content> | AsyncIterable<Content>,
  outer?: Reading,
): AsyncIterable<Uint8Array> {
  const reading = outer ?? new Reading()
  try {
    for await (const content of contents) {
      const bytes = await content.read(undefined, reading)
      if (!(bytes instanceof Uint8Array)) yield* bytes
      else if (bytes.length > 0) yield bytes
    }
  } finally {
    if (outer === undefined) await reading.close()
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
