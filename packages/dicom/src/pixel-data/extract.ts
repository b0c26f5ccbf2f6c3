import { type VR, vrs } from '../vr.ts'
import type { FrameSpan } from './pixel-data-layout.ts'

/** An item tag and a 32-bit length (PS3.5 §7.5); encapsulation is always little endian (PS3.5 §A.4). */
const itemHeaderSize = 8

/** The range to read for `joinFragments`: the span with the item header before it. */
export function fragmentsRange({ offset, length }: FrameSpan): { readonly offset: number; readonly length: number } {
  return { offset: offset - itemHeaderSize, length: length + itemHeaderSize }
}

/** Bytes of a frame once its fragments are joined. */
export function joinedLength({ length, fragments }: FrameSpan): number {
  return length - itemHeaderSize * (fragments - 1)
}

/**
 * Joins the fragments of a frame as they stream by: item headers are left out, nothing is copied.
 * @param items the bytes of `fragmentsRange`
 */
export async function* joinFragments(items: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const header = Buffer.alloc(itemHeaderSize)
  let headerBytes = 0
  let remaining = 0
  for await (const bytes of items) {
    let at = 0
    while (at < bytes.length) {
      if (remaining > 0) {
        const end = Math.min(bytes.length, at + remaining)
        yield bytes.subarray(at, end)
        remaining -= end - at
        at = end
        continue
      }
      const taken = Math.min(itemHeaderSize - headerBytes, bytes.length - at)
      header.set(bytes.subarray(at, at + taken), headerBytes)
      headerBytes += taken
      at += taken
      if (headerBytes === itemHeaderSize) {
        headerBytes = 0
        remaining = header.readUInt32LE(4)
      }
    }
  }
}

/**
 * Moves bit-packed pixels that begin inside a byte to its start, and clears what follows them.
 * The first pixel is the least significant bit (PS3.5 §8.1.1).
 * @param bitOffset 0-7: bits of the first byte that belong to the frame before
 */
export function alignBits(bytes: Uint8Array, bitOffset: number, bits: number): Uint8Array {
  const aligned = new Uint8Array(Math.ceil(bits / 8))
  for (let i = 0; i < aligned.length; i++) {
    aligned[i] = ((bytes[i] ?? 0) >> bitOffset) | ((bytes[i + 1] ?? 0) << (8 - bitOffset))
  }
  const used = bits % 8
  if (used !== 0) aligned[aligned.length - 1] = (aligned.at(-1) as number) & ((1 << used) - 1) // used > 0: not empty
  return aligned
}

/**
 * Puts frames whose bits do not fill their last byte one directly after the other, as native pixel data has them.
 * @param frames each beginning at bit 0
 * @param bits of one frame
 * @see PS3.5 §8.1.1
 */
export async function* joinBits(
  frames: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  bits: number,
): AsyncIterable<Uint8Array> {
  /** Bits that are not handed on yet, fewer than 8, and their number. */
  let rest = 0
  let held = 0
  for await (const frame of frames) {
    const joined = new Uint8Array(Math.floor((held + bits) / 8))
    const after = (held + bits) % 8
    // Bits beyond the frame's last are no part of it.
    const last = Math.ceil(bits / 8) - 1
    const spare = (last + 1) * 8 - bits
    const byteAt = (i: number): number => (i === last ? (frame[i] ?? 0) & (0xff >> spare) : (frame[i] ?? 0))
    for (let i = 0; i < joined.length; i++) {
      joined[i] = rest | (byteAt(i) << held)
      rest = byteAt(i) >> (8 - held)
    }
    if (joined.length <= last) rest |= byteAt(joined.length) << held
    rest &= 0xff
    held = after
    if (joined.length > 0) yield joined
  }
  if (held > 0) yield Uint8Array.of(rest)
}

/** Bytes of one unit that big endian swaps in pixel data; 1 where order does not matter (PS3.5 §7.3). */
export function swapUnitOf(vr: VR, bitsAllocated: number): number {
  const { unit } = vrs[vr]
  return vr === 'OW' && bitsAllocated > 16 ? bitsAllocated / 8 : unit
}

/** A copy with the bytes of every unit of 2, 4 or 8 bytes in opposite order; a rest shorter than a unit stays. */
export function swapUnits(bytes: Uint8Array, unit: number): Uint8Array {
  const swapped = Buffer.from(bytes)
  const whole = swapped.subarray(0, swapped.length - (swapped.length % unit))
  if (unit === 2) whole.swap16()
  else if (unit === 4) whole.swap32()
  else if (unit === 8) whole.swap64()
  return swapped
}
