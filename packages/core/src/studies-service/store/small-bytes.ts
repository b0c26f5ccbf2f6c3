/** Instances up to so many bytes share objects, where the storage has such. */
export const maxSmallLength = 1024 * 1024

/** Sizes of buffers: few copies as one grows, and little memory for an instance of a few kilobytes. */
const sizes = [16 * 1024, 128 * 1024, maxSmallLength] as const

/** Of all buffers together, used or idle: what does not fit is no small instance. */
const maxBytes = 64 * 1024 * 1024

const idle = new Map<number, Buffer[]>(sizes.slice(1).map((size) => [size, []]))
let idleBytes = 0
let usedBytes = 0

/** Memory for so many bytes; `undefined` where there is none. */
function take(length: number): Buffer | undefined {
  const size = sizes.find((each) => each >= length)
  if (size === undefined || usedBytes + size > maxBytes) return undefined
  const kept = idle.get(size)?.pop()
  if (kept !== undefined) idleBytes -= size
  usedBytes += size
  return kept ?? Buffer.allocUnsafeSlow(size)
}

function give(buffer: Buffer): void {
  usedBytes -= buffer.length
  const kept = idle.get(buffer.length)
  if (kept === undefined || idleBytes + usedBytes + buffer.length > maxBytes) return
  kept.push(buffer)
  idleBytes += buffer.length
}

/** All of something small, in memory that others use again after `release`. */
export interface SmallBytes {
  readonly bytes: Uint8Array
  readonly release: () => void
}

/**
 * Gathers a source that is small: to its end, or until it turns out to be longer, or memory for such is used up by others. Then
 * `rest` gives all of it from the start, and is to be iterated once or left by `return`.
 */
export async function gatherSmall(
  source: AsyncIterable<Uint8Array>,
): Promise<SmallBytes | { readonly rest: AsyncGenerator<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]()
  let buffer: Buffer | undefined
  let length = 0
  const release = () => {
    if (buffer !== undefined) give(buffer)
    buffer = undefined
  }
  try {
    for (;;) {
      const next = await iterator.next()
      if (next.done === true) return { bytes: buffer?.subarray(0, length) ?? new Uint8Array(0), release }
      const chunk = next.value
      if (length + chunk.length > (buffer?.length ?? 0)) {
        const larger = take(length + chunk.length)
        if (larger === undefined) return { rest: replay(buffer?.subarray(0, length), release, chunk, iterator) }
        buffer?.copy(larger, 0, 0, length)
        release()
        buffer = larger
      }
      buffer?.set(chunk, length)
      length += chunk.length
    }
  } catch (error) {
    release()
    throw error
  }
}

async function* replay(
  gathered: Uint8Array | undefined,
  release: () => void,
  chunk: Uint8Array,
  iterator: AsyncIterator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  try {
    if (gathered !== undefined) yield gathered
    release()
    yield chunk
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value
  } finally {
    release()
    await iterator.return?.()
  }
}
