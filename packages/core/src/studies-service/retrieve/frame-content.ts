import { alignBits, fragmentsRange, lookupTransferSyntax, nativeFrameRange, vrs } from '@sansfilm/dicom'
import { bytesContent, type Content, sliceContent } from '../../http/content.ts'
import { compressedMediaTypeOf } from '../../media-types/dicom-media-types.ts'
import { joinedFragments } from './fragments.ts'
import type { FrameSource } from './frame-source.ts'
import { littleEndianContent } from './little-endian-content.ts'
import { readPiece } from './whole-content.ts'

/** Up to this length an encapsulated frame is read at once, its end included. */
const smallFrameLength = 1024 * 1024

/**
 * One frame: native in little endian order and beginning at bit 0, encapsulated without item headers and without the byte
 * that pads a codestream to even length.
 * @param mayBuffer whether a small frame may be read now; otherwise only what its length depends on is
 * @see PS3.18 §8.7.3.3
 */
export async function frameContent(source: FrameSource, frame: number, mayBuffer: boolean): Promise<Content> {
  if (!source.layout.encapsulated) return nativeFrame(source, frame)
  const span = source.spans.get(frame)
  if (span === undefined) throw new Error('An encapsulated frame is not in the frame table')
  if (span.fragments > 1) return withoutPadding(await joinedFragments(source.bytes, fragmentsRange(span)), source)
  if (!mayBuffer || span.length > smallFrameLength) return withoutPadding(sliceContent(source.bytes, span), source)
  return withoutPadding(bytesContent(await readPiece(source.bytes, span.offset, span.length)), source)
}

function nativeFrame({ layout, bytes, stored }: FrameSource, frame: number): Content {
  const range = nativeFrameRange(layout, frame)
  if (range === undefined) throw new Error('A native frame lies outside the pixel data')
  const { offset, length, bitOffset } = range
  const bigEndian = lookupTransferSyntax(stored.transferSyntax)?.bigEndian ?? false
  const { unit } = vrs[layout.vr]
  const octets =
    bigEndian && unit > 1
      ? littleEndianContent(bytes, layout, { offset, length }, unit)
      : sliceContent(bytes, { offset, length })
  return layout.frameBits % 8 === 0 && bitOffset === 0 ? octets : alignedContent(octets, bitOffset, layout.frameBits)
}

/** A frame of 1-bit pixels that starts or ends in mid byte, moved to begin at bit 0 and filled up with zeros. */
function alignedContent(octets: Content, bitOffset: number, bits: number): Content {
  const length = Math.ceil(bits / 8)
  return {
    length,
    async read(range = { offset: 0, length }) {
      const aligned = alignBits(await readPiece(octets, 0, octets.length ?? 0), bitOffset, bits)
      return aligned.subarray(range.offset, range.offset + range.length)
    },
  }
}

/**
 * A fragment is padded to even length (PS3.5 §A.4); after the marker that ends a codestream the pad is no part of it, and
 * viewers that pass frames to strict decoders stumble over it.
 */
async function withoutPadding(frame: Content, { stored }: FrameSource): Promise<Content> {
  const length = frame.length ?? 0
  if (length < 3 || compressedMediaTypeOf(stored.transferSyntax)?.endsWithMarker !== true) return frame
  const [ff, d9, pad] = await readPiece(frame, length - 3, 3)
  return ff === 0xff && d9 === 0xd9 && pad === 0 ? sliceContent(frame, { offset: 0, length: length - 1 }) : frame
}
