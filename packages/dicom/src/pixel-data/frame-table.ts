import type { FrameSpan } from './pixel-data-layout.ts'

/** Frames a block holds: any frame of an instance is found by reading one block of 16 kB. */
export const framesPerBlock = 1024

const bytesPerFrame = 16

/** The fragment count leaves two bits for what is known of padding. */
const fragmentsMask = 0x3fff_ffff
const paddedBits = { unpadded: 0x4000_0000, padded: 0x8000_0000 } as const

/** Which block holds frame `frame` (from 1), and where in it. */
export function frameBlockOf(frame: number): { readonly block: number; readonly index: number } {
  return { block: Math.floor((frame - 1) / framesPerBlock), index: (frame - 1) % framesPerBlock }
}

/**
 * Packs spans into blocks: 6 bytes of offset, 6 of length, 4 of fragment count with two bits of padding above it, little
 * endian.
 * @returns one block for each 1,024 frames, the last as long as it needs
 */
export function encodeFrameTable(spans: readonly FrameSpan[]): readonly Uint8Array[] {
  const blocks: Uint8Array[] = []
  for (let start = 0; start < spans.length; start += framesPerBlock) {
    const part = spans.slice(start, start + framesPerBlock)
    const block = Buffer.alloc(part.length * bytesPerFrame)
    part.forEach((span, i) => {
      const at = i * bytesPerFrame
      block.writeUIntLE(span.offset, at, 6)
      block.writeUIntLE(span.length, at + 6, 6)
      block.writeUInt32LE(span.fragments + paddedBitsOf(span), at + 12)
    })
    blocks.push(block)
  }
  return blocks
}

/** The span at `index` of a block; `undefined` past its end. */
export function decodeFrameSpan(block: Uint8Array, index: number): FrameSpan | undefined {
  const at = index * bytesPerFrame
  if (at + bytesPerFrame > block.length) return undefined
  const view = Buffer.from(block.buffer, block.byteOffset, block.length)
  const last = view.readUInt32LE(at + 12)
  const known = last > fragmentsMask
  return {
    offset: view.readUIntLE(at, 6),
    length: view.readUIntLE(at + 6, 6),
    fragments: last & fragmentsMask,
    ...(known && { padded: last >= paddedBits.padded }),
  }
}

function paddedBitsOf({ padded }: FrameSpan): number {
  if (padded === undefined) return 0
  return padded ? paddedBits.padded : paddedBits.unpadded
}
