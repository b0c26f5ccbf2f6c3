import { convertToExplicitVRLittleEndian, lookupTransferSyntax } from '@sansfilm/dicom'
import { LRUCache } from 'lru-cache'
import type { ByteRange, StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { type Content, readAll, sliceContent } from '../../http/content.ts'
import { openedStream } from '../../http/opened-stream.ts'
import { assertUnchanged } from './access.ts'
import { storedContent } from './stored-content.ts'

/** Lengths found, by the digest of what was converted. */
const lengths = new LRUCache<string, number>({ max: 65_536 })

/** Stand for values that need not be read. */
const zeros = new Uint8Array(64 * 1024)

/** Ends of what is read of a value lie between its units, whatever its VR. */
const longestUnit = 8

/**
 * An instance as Explicit VR Little Endian, converted as it is read. The length of the result and the place of each value in
 * it depend on headers alone, so large values are read only where they lie in the range that is asked for.
 * @throws DicomwebError `unavailable` where the instance is replaced or removed meanwhile
 */
export function convertedContent(stored: StoredInstance, backend: Backend): Content {
  const { key, offset, length } = stored.location
  return {
    length: lengths.get(stored.digest),
    async measure() {
      let measured = 0
      const source = objectWithout(await largeValues(stored, backend), () => undefined, stored, backend)
      for await (const chunk of convertToExplicitVRLittleEndian(source)) measured += chunk.length
      lengths.set(stored.digest, measured)
      return measured
    },
    async read(range) {
      if (range !== undefined) return convertedRange(range, await largeValues(stored, backend), stored, backend)
      return openedStream(await backend.storage.get(key, { offset, length }), convertToExplicitVRLittleEndian)
    },
  }
}

/**
 * The values that are bulk data, in their order. None of a deflated instance: what is to be inflated has to be read.
 */
async function largeValues(stored: StoredInstance, { index }: Backend): Promise<readonly ByteRange[]> {
  if (lookupTransferSyntax(stored.transferSyntax)?.deflated === true) return []
  const found = await index.bulkData(stored)
  assertUnchanged(found?.stored, stored)
  return (found?.ranges ?? []).toSorted((a, b) => a.offset - b.offset)
}

async function* convertedRange(
  range: ByteRange,
  values: readonly ByteRange[],
  stored: StoredInstance,
  backend: Backend,
): AsyncIterable<Uint8Array> {
  const end = range.offset + range.length
  /** Of what is converted so far: when a value is pulled, all that comes before it. */
  let position = 0
  const wantedOf = (length: number): ByteRange | undefined => {
    const from = floorToUnit(Math.max(range.offset - position, 0))
    const to = Math.min(floorToUnit(end - position + longestUnit), length)
    return from < to ? { offset: from, length: to - from } : undefined
  }
  const source = objectWithout(values, wantedOf, stored, backend)
  for await (const chunk of convertToExplicitVRLittleEndian(source)) {
    const from = Math.max(range.offset - position, 0)
    const to = Math.min(end - position, chunk.length)
    if (from < to) yield chunk.subarray(from, to)
    position += chunk.length
    if (position >= end) return
  }
  throw new Error('A converted instance is shorter than it was measured')
}

/**
 * The stored object with zeros in place of large values, except for what is wanted of them.
 * @param wantedOf given the length of the value that comes next, the part of it to read
 */
async function* objectWithout(
  values: readonly ByteRange[],
  wantedOf: (length: number) => ByteRange | undefined,
  { location }: StoredInstance,
  { storage }: Backend,
): AsyncIterable<Uint8Array> {
  const object = storedContent(storage, location)
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
  yield* read(at, location.length)
}

function* zeroBytes(length: number): Iterable<Uint8Array> {
  for (let left = length; left > 0; left -= zeros.length) yield left < zeros.length ? zeros.subarray(0, left) : zeros
}

function floorToUnit(length: number): number {
  return length - (length % longestUnit)
}
