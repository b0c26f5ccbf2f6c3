import { AdapterError } from '@sansfilm/core/adapters'
import type { PixelDescription } from '@sansfilm/dicom'

/** Whole words of native pixel data, in the byte order of this machine. */
export type Words = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array

/**
 * The samples of a frame as stored. An integer sample is bits `shift` to `shift + bits - 1` of its word; what lies outside
 * may be anything, old overlays too (PS3.5 §8.1.1). Floats are the words themselves.
 */
export interface StoredValues {
  readonly words: Words
  readonly shift: number
  readonly bits: number
  readonly signed: boolean
  readonly isFloat: boolean
}

/** Bits of the longest sample that is drawn through a table. */
export const maxTableBits = 16

/**
 * The samples of a decoded frame.
 * @param samples how many there must be
 * @throws AdapterError `unsupported` for a depth that nothing writes; `damaged` where bytes are missing
 */
export function storedValuesOf(bytes: Uint8Array, description: PixelDescription, samples: number): StoredValues {
  const { bitsAllocated, bitsStored, highBit, pixelRepresentation } = description
  const isFloat = description.samples === 'float'
  const needed = Math.ceil((samples * bitsAllocated) / 8)
  if (bytes.length < needed) {
    throw new AdapterError('damaged', `the frame has ${bytes.length} bytes of the ${needed} it is described with`)
  }
  const signed = pixelRepresentation === 1 && !isFloat
  const facts = { shift: highBit + 1 - bitsStored, bits: bitsStored, signed, isFloat }
  if (bitsAllocated === 1) return { ...facts, words: unpackBits(bytes, samples), shift: 0, signed: false }
  return { ...facts, words: wordsOf(bytes, samples, bitsAllocated, isFloat) }
}

/** A stored value from the bits that are its own: two's complement where signed. */
export function valueOfBits({ bits, signed }: Pick<StoredValues, 'bits' | 'signed'>, pattern: number): number {
  return signed && pattern >= 2 ** (bits - 1) ? pattern - 2 ** bits : pattern
}

/** Reads sample `i` as a number. For samples too long for a table; the others are looked up by their bits. */
export function sampleReader(stored: StoredValues): (i: number) => number {
  const { words, shift, bits, isFloat } = stored
  if (isFloat) return (i) => words[i] as number // i is a pixel of the frame
  const mask = bits === 32 ? 0xffffffff : 2 ** bits - 1
  return (i) => valueOfBits(stored, (((words[i] as number) >>> shift) & mask) >>> 0)
}

/** The smallest and largest of all values that can be stored. */
export function possibleRange({ bits, signed }: StoredValues): readonly [number, number] {
  return signed ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1]
}

/** Pixels of one bit, the first at the least significant bit, as bytes 0 and 1 (PS3.5 §8.1.1). */
function unpackBits(bytes: Uint8Array, samples: number): Uint8Array {
  const unpacked = new Uint8Array(samples)
  for (let i = 0; i < samples; i++) unpacked[i] = ((bytes[i >> 3] as number) >> (i & 7)) & 1 // the length was checked
  return unpacked
}

function wordsOf(bytes: Uint8Array, samples: number, bitsAllocated: number, isFloat: boolean): Words {
  if (bitsAllocated === 8 && !isFloat) return bytes.subarray(0, samples)
  const Word = isFloat ? floatWords[bitsAllocated] : integerWords[bitsAllocated]
  if (Word === undefined) throw new AdapterError('unsupported', `samples of ${bitsAllocated} bits are not drawn`)
  // A view needs a multiple of the word's size to begin at; a frame within a larger buffer may begin anywhere.
  const length = samples * Word.BYTES_PER_ELEMENT
  const aligned = bytes.byteOffset % Word.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes.subarray(0, length))
  return new Word(aligned.buffer as ArrayBuffer, aligned.byteOffset, samples) // shared memory is read alike
}

// Frames come in little endian order, which is that of the machines Node.js runs on; a big endian one would have to swap.
const integerWords: Readonly<Record<number, typeof Uint16Array | typeof Uint32Array>> = {
  16: Uint16Array,
  32: Uint32Array,
}
const floatWords: Readonly<Record<number, typeof Float32Array | typeof Float64Array>> = {
  32: Float32Array,
  64: Float64Array,
}
