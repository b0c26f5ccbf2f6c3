import type { CodedFrame } from '@sansfilm/core/adapters'
import type { CodestreamDescription } from '@sansfilm/dicom'
import { checkCodestream } from './check-codestream.ts'
import { damaged, unsupported } from './errors.ts'

/** Start of codestream, then the marker of the SIZ segment (ISO/IEC 15444-1 §A.4.1, §A.5.1). */
const start = Buffer.of(0xff, 0x4f, 0xff, 0x51)

/** Ssiz of the first component, from the start of the codestream; those of the others follow, each 3 bytes on. */
const firstComponent = 42

/** Of Ssiz: the samples are two's complement. */
const signBit = 0x80

/** A JPEG 2000 codestream without the JP2 boxes that some writers leave around it, and what its header says. */
export interface Jpeg2000Codestream {
  readonly header: CodestreamDescription
  readonly bytes: Uint8Array
}

/**
 * Finds and checks the codestream of a frame.
 * @throws AdapterError `damaged` as `checkCodestream`; `unsupported` for more than 16 bits, or components that differ
 * @see PS3.5 §A.4.4: no JP2 header is to be there
 */
export function findCodestream(frame: CodedFrame): Jpeg2000Codestream {
  const header = checkCodestream(frame)
  if (!header.alikeComponents) throw unsupported('JPEG 2000 components of different depth or size')
  if (header.bitsStored > 16) throw unsupported(`JPEG 2000 of ${header.bitsStored} bits`)
  const { buffer, byteOffset, length } = frame.bytes
  const at = Buffer.from(buffer, byteOffset, length).indexOf(start)
  if (at === -1) throw damaged('The frame has no JPEG 2000 codestream')
  return { header, bytes: frame.bytes.subarray(at) }
}

/**
 * Says in a codestream's header whether its samples are signed. Unsigned samples are coded as signed ones less half their
 * range (ISO/IEC 15444-1 §G.1), so that this turns one into the other: a way around libraries that clip negative bytes.
 */
export function setSigned(codestream: Uint8Array, components: number, signed: boolean): void {
  for (let i = 0, at = firstComponent; i < components; i++, at += 3) {
    const depth = (codestream[at] as number) & ~signBit
    codestream[at] = signed ? depth | signBit : depth
  }
}

/** Signed bytes of `precision` bits with half their range added, or unsigned ones with it taken off: see `setSigned`. */
export function biased(samples: Uint8Array, precision: number): Uint8Array {
  const half = 1 << (precision - 1)
  return samples.map((sample) => sample + half)
}

export function unbiased(samples: Uint8Array, precision: number): Uint8Array {
  const half = 1 << (precision - 1)
  return samples.map((sample) => sample - half)
}

const startOfTilePart = 0xff90
const endOfCodestream = 0xffd9

/**
 * Follows the lengths of tile-parts to the end (ISO/IEC 15444-1 §A.4.2), for a decoder that makes up what is missing.
 * @throws AdapterError `damaged` where a tile-part or the end is not there
 */
export function assertWhole(codestream: Uint8Array): void {
  const view = new DataView(codestream.buffer, codestream.byteOffset, codestream.length)
  const markerAt = (at: number): number => (at + 2 <= view.byteLength ? view.getUint16(at) : endOfCodestream)
  const lengthAt = (at: number): number => (at + 4 <= view.byteLength ? view.getUint32(at) : 0)
  let at = 2
  while (markerAt(at) !== startOfTilePart && at < view.byteLength) at += 2 + (lengthAt(at + 2) >>> 16)
  while (markerAt(at) === startOfTilePart) {
    const length = lengthAt(at + 6)
    if (length === 0) return // to the end of the codestream
    at += length
  }
  if (at + 2 > view.byteLength || markerAt(at) !== endOfCodestream) throw damaged('The JPEG 2000 codestream is cut off')
}
