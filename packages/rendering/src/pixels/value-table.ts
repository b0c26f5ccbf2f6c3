import { maxTableBits, type StoredValues, sampleReader, valueOfBits } from './stored-values.ts'

/** What each pattern of stored bits is drawn as: `channels` bytes a pattern. */
export interface ValueTable {
  readonly channels: 1 | 3
  readonly entries: Uint8Array
}

/** Samples that a table is made for: integers of at most 16 bits. */
export interface IndexedValues extends StoredValues {
  readonly words: Uint8Array | Uint16Array | Uint32Array
  readonly isFloat: false
}

/** Whether the samples are few enough different ones for a table. */
export function isIndexed(stored: StoredValues): stored is IndexedValues {
  return !stored.isFloat && stored.bits <= maxTableBits
}

/** Which patterns of bits occur: 1 at theirs. Costs a pass over the pixels, and spares whoever draws the others. */
export function occurringPatterns({ words, shift, bits }: IndexedValues): Uint8Array {
  const mask = 2 ** bits - 1
  const occurs = new Uint8Array(2 ** bits)
  for (let i = 0; i < words.length; i++) occurs[((words[i] as number) >>> shift) & mask] = 1 // i is within
  return occurs
}

/** Bits from which on a table is larger than the values of most frames. */
const sparseBits = 12

/** The table of what `draw` gives each value: one byte a channel, for every value that can be, or is, in the samples. */
export function tableOf(
  stored: IndexedValues,
  channels: 1 | 3,
  draw: (value: number) => readonly number[],
): ValueTable {
  const entries = new Uint8Array(2 ** stored.bits * channels)
  forEachPattern(stored, (pattern, value) => entries.set(draw(value), pattern * channels))
  return { channels, entries }
}

/** The same with one channel, without an array for each value. */
export function grayTableOf(stored: IndexedValues, draw: (value: number) => number): ValueTable {
  const entries = new Uint8Array(2 ** stored.bits)
  forEachPattern(stored, (pattern, value) => {
    entries[pattern] = draw(value)
  })
  return { channels: 1, entries }
}

function forEachPattern(stored: IndexedValues, visit: (pattern: number, value: number) => void): void {
  const occurs = stored.bits > sparseBits ? occurringPatterns(stored) : undefined
  const count = 2 ** stored.bits
  for (let pattern = 0; pattern < count; pattern++) {
    if (occurs === undefined || occurs[pattern] === 1) visit(pattern, valueOfBits(stored, pattern))
  }
}

/**
 * Samples and the table they are drawn through. Floats and integers of more than 16 bits are drawn one by one, and the
 * table is the identity.
 */
export function tabulate(
  stored: StoredValues,
  draw: (value: number) => number,
): { readonly samples: IndexedValues; readonly table: ValueTable } {
  if (isIndexed(stored)) return { samples: stored, table: grayTableOf(stored, draw) }
  const read = sampleReader(stored)
  const words = new Uint8Array(stored.words.length)
  for (let i = 0; i < words.length; i++) words[i] = draw(read(i))
  return { samples: { words, shift: 0, bits: 8, signed: false, isFloat: false }, table: identity }
}

const identity: ValueTable = { channels: 1, entries: Uint8Array.from({ length: 256 }, (_, i) => i) }
