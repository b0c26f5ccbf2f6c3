import {
  lookupTransferSyntax,
  type PixelDescription,
  type TransferSyntax,
  tags,
  transferSyntaxes,
  type Uid,
} from '@sansfilm/dicom'
import type { StoredInstance, Transcoder } from '../../../adapters/index.ts'
import type { ImageFacts } from './image-facts.ts'

/** Longest native pixel data: even, and not the mark of undefined length (PS3.5 §7.1). */
const maxNativeLength = 0xfffffffe

/** Pixel data in another transfer syntax than it is stored in, as it will be. */
export interface PixelTarget {
  /** Of the object. */
  readonly transferSyntax: TransferSyntax
  /** Of each frame: encapsulated, or Explicit VR Little Endian for all native ones. */
  readonly frameSyntax: Uid
  readonly description: PixelDescription
  readonly frames: number
  /** Of a native frame; `undefined` where it depends on the pixels. */
  readonly frameBits: number | undefined
}

/**
 * How the pixel data of an instance would be in a transfer syntax; `undefined` where it cannot be taken there: no codec fits,
 * frames are missing, or it is too long to be uncompressed.
 */
export function pixelTargetOf(
  stored: StoredInstance,
  { layout, description: source, frames }: ImageFacts,
  target: Uid,
  transcoder: Transcoder,
): PixelTarget | undefined {
  const transferSyntax = lookupTransferSyntax(target)
  if (transferSyntax === undefined || layout === undefined || source === undefined) return undefined
  if (layout.frames === 0 || layout.frames < frames) return undefined
  const { encapsulated } = transferSyntax
  const frameSyntax = encapsulated ? target : transferSyntaxes.ExplicitVRLittleEndian.uid
  const description = transcoder.describe({ transferSyntax: stored.transferSyntax, description: source }, frameSyntax)
  if (description === undefined || layout.tag !== tags.PixelData) return undefined
  const bits = bitsOf(description)
  if (!encapsulated && (bits * layout.frames) / 8 > maxNativeLength) return undefined
  return {
    transferSyntax,
    frameSyntax,
    description,
    frames: layout.frames,
    frameBits: encapsulated ? undefined : bits,
  }
}

/** Bits of a frame whose samples all have a place of their own. */
export function bitsOf({ rows, columns, samplesPerPixel, bitsAllocated }: PixelDescription): number {
  return rows * columns * samplesPerPixel * bitsAllocated
}
