import type { Raster } from '../pixels/raster.ts'

/**
 * Gray frames of one size as a GIF that goes round for ever, every gray exactly: colours would have to be chosen first, which
 * takes ten times as long.
 * @param delays milliseconds that each frame is shown, in steps of 10
 * @see GIF89a, https://www.w3.org/Graphics/GIF/spec-gif89a.txt
 */
export function encodeGrayGif(frames: readonly Raster[], delays: readonly number[]): Buffer {
  const { width, height } = frames[0] ?? { width: 1, height: 1 }
  const size = Buffer.alloc(4)
  size.writeUInt16LE(width, 0)
  size.writeUInt16LE(height, 2)
  const grays = Buffer.from(Array.from({ length: 256 }, (_, gray) => [gray, gray, gray]).flat())
  // A table of 256 colours of 8 bits, no background.
  const head = [Buffer.from('GIF89a', 'latin1'), size, Buffer.of(0xf7, 0, 0), grays]
  const loop = frames.length > 1 ? [Buffer.from('\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0', 'latin1')] : []
  const images = frames.flatMap(({ data }, i) => {
    const control = Buffer.of(0x21, 0xf9, 4, 0, 0, 0, 0, 0)
    control.writeUInt16LE(Math.round((delays[i] ?? 0) / 10), 4)
    return [control, Buffer.of(0x2c, 0, 0, 0, 0), size, Buffer.of(0, bitsOfPixel), inBlocks(compress(data))]
  })
  return Buffer.concat([...head, ...loop, ...images, Buffer.of(0x3b)])
}

const bitsOfPixel = 8
const clearCode = 256
const endCode = 257
/** Codes have at most 12 bits. */
const mostCodes = 4096
/** A power of two, several times the codes, so that few of them meet. */
const slots = 16_384

/** Variable-length-code LZW (GIF89a, Appendix F). */
function compress(pixels: Uint8Array): Buffer {
  // A code of 12 bits for every pixel is the worst case, with one more for each time the table is cleared, and the ends.
  const out = Buffer.allocUnsafe(Math.ceil(pixels.length * 1.51) + 16)
  const keys = new Int32Array(slots).fill(-1)
  const codes = new Uint16Array(slots)
  let length = 0
  let held = 0
  let heldBits = 0
  let width = bitsOfPixel + 1
  let next = endCode + 1

  const put = (code: number): void => {
    held |= code << heldBits
    heldBits += width
    while (heldBits >= 8) {
      out[length++] = held & 0xff
      held >>>= 8
      heldBits -= 8
    }
  }

  put(clearCode)
  let prefix = pixels[0] ?? 0
  for (let i = 1; i < pixels.length; i++) {
    const pixel = pixels[i] as number // i is within
    const key = (prefix << 8) | pixel
    let slot = (Math.imul(key, 0x9e3779b1) >>> 18) & (slots - 1)
    while (keys[slot] !== -1 && keys[slot] !== key) slot = (slot + 1) & (slots - 1)
    if (keys[slot] === key) {
      prefix = codes[slot] as number // a slot with a key has a code
      continue
    }
    put(prefix)
    if (next < mostCodes) {
      keys[slot] = key
      codes[slot] = next
      // The reader is one code behind: it reads longer codes once this one no longer fits.
      if (next === 1 << width) width++
      next++
    } else {
      put(clearCode)
      keys.fill(-1)
      width = bitsOfPixel + 1
      next = endCode + 1
    }
    prefix = pixel
  }
  put(prefix)
  put(endCode)
  if (heldBits > 0) out[length++] = held & 0xff
  return out.subarray(0, length)
}

/** Blocks of at most 255 bytes, each with its length before it, and an empty one at the end. */
function inBlocks(bytes: Buffer): Buffer {
  const blocks = Buffer.allocUnsafe(bytes.length + Math.ceil(bytes.length / 255) + 1)
  let to = 0
  for (let from = 0; from < bytes.length; from += 255) {
    const block = bytes.subarray(from, from + 255)
    blocks[to++] = block.length
    to += block.copy(blocks, to)
  }
  blocks[to++] = 0
  return blocks.subarray(0, to)
}
