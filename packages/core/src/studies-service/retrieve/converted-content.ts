import { lookupTransferSyntax, type Rewriting, rewritePart10, type Tag, type Uid } from '@sansfilm/dicom'
import { LRUCache } from 'lru-cache'
import type { ByteRange, StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { type Content, readAll, sliceContent } from '../../http/content.ts'
import { openedStream } from '../../http/opened-stream.ts'
import { assertUnchanged } from './access.ts'
import { inflatedContent, storedContent } from './stored-content.ts'

/** Lengths found, by the digest of what was converted and what it became. */
const lengths = new LRUCache<string, number>({ max: 65_536 })

/** Stand for values that need not be read. */
const zeros = new Uint8Array(64 * 1024)

/** Ends of what is read of a value lie between its units, whatever its VR. */
const longestUnit = 8

/** What is converted, and to what. */
interface Conversion {
  readonly stored: StoredInstance
  /** The stored object, or where it is deflated, the inflated one. */
  readonly object: Content
  readonly rewriting: Rewriting
  readonly backend: Backend
}

/**
 * An instance in another transfer syntax that takes no codec, converted as it is read. The length of the result and the place
 * of each value in it depend on headers alone, so large values are read only where they lie in the range that is asked for.
 * @param removed attributes of the top level that are left out
 * @throws DicomwebError `unavailable` where the instance is replaced or removed meanwhile
 */
export function convertedContent(
  stored: StoredInstance,
  target: Uid,
  backend: Backend,
  removed: ReadonlySet<Tag> = new Set(),
): Content {
  const transferSyntax = lookupTransferSyntax(target)
  if (transferSyntax === undefined) throw new Error('An instance is converted to a transfer syntax that is unknown')
  const { storage } = backend
  const conversion: Conversion = {
    stored,
    object: stored.inflated ? inflatedContent(storage, stored.inflated) : storedContent(storage, stored.location),
    rewriting: { transferSyntax, removed },
    backend,
  }
  const key = `${stored.digest} ${target} ${[...removed].join()}`
  return {
    length: lengths.get(key),
    async measure() {
      let measured = 0
      const source = objectWithout(await largeValues(conversion), () => undefined, conversion)
      for await (const chunk of rewritePart10(source, conversion.rewriting)) measured += chunk.length
      lengths.set(key, measured)
      return measured
    },
    async read(range) {
      if (range !== undefined) return convertedRange(range, await largeValues(conversion), conversion)
      const { key, offset, length } = stored.inflated ? { ...stored.inflated, offset: 0 } : stored.location
      const opened = await storage.get(key, { offset, length })
      return openedStream(opened, (source) => rewritePart10(source, conversion.rewriting))
    },
  }
}

/**
 * The values that are bulk data, in their order. None of an instance that is only there deflated: what is to be inflated has
 * to be read.
 */
async function largeValues({ stored, backend: { index } }: Conversion): Promise<readonly ByteRange[]> {
  const isDeflated = lookupTransferSyntax(stored.transferSyntax)?.deflated === true
  if (isDeflated && stored.inflated === undefined) return []
  const found = await index.bulkData(stored)
  assertUnchanged(found?.stored, stored)
  return (found?.ranges ?? []).toSorted((a, b) => a.offset - b.offset)
}

async function* convertedRange(
  range: ByteRange,
  values: readonly ByteRange[],
  conversion: Conversion,
): AsyncIterable<Uint8Array> {
  const end = range.offset + range.length
  /** Of what is converted so far: when a value is pulled, all that comes before it. */
  let position = 0
  const wantedOf = (length: number): ByteRange | undefined => {
    const from = floorToUnit(Math.max(range.offset - position, 0))
    const to = Math.min(floorToUnit(end - position + longestUnit), length)
    return from < to ? { offset: from, length: to - from } : undefined
  }
  const source = objectWithout(values, wantedOf, conversion)
  for await (const chunk of rewritePart10(source, conversion.rewriting)) {
    const from = Math.max(range.offset - position, 0)
    const to = Math.min(end - position, chunk.length)
    if (from < to) yield chunk.subarray(from, to)
    position += chunk.length
    if (position >= end) return
  }
  throw new Error('A converted instance is shorter than it was measured')
}

/**
 * The object with zeros in place of large values, except for what is wanted of them.
 * @param wantedOf given the length of the value that comes next, the part of it to read
 */
async function* objectWithout(
  values: readonly ByteRange[],
  wantedOf: (length: number) => ByteRange | undefined,
  { object }: Conversion,
): AsyncIterable<Uint8Array> {
  const read = (from: number, to: number) => readAll([sliceContent(object, { offset: from, length: to - from })])
  let at = 0
  for (const { offset, length } of values) {
    yield* read(at, offset)
    const wanted = wantedOf(length) ?? { offset: 0, length: 0 }
    const wantedEnd = wanted.offset + wanted.length
    yield* zeroBytes(wanted.offset)
    yield* read(offset + wanted.offset, offset + wantedEnd)
    yield* zeroBytes(length - wantedEnd)
    at = offset + length
  }
  yield* read(at, object.length ?? 0)
}

function* zeroBytes(length: number): Iterable<Uint8Array> {
  for (let left = length; left > 0; left -= zeros.length) yield left < zeros.length ? zeros.subarray(0, left) : zeros
}

function floorToUnit(length: number): number {
  return length - (length % longestUnit)
}
