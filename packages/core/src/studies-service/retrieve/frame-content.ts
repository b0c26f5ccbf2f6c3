import { alignBits, fragmentsRange, joinedLength, lookupTransferSyntax, nativeFrameRange, vrs } from '@sansfilm/dicom'
import { type Content, preparedContent, sliceContent } from '../../http/content.ts'
import { compressedMediaTypeOf } from '../../media-types/dicom-media-types.ts'
import { joinedFragments } from './fragments.ts'
import type { FrameSource } from './frame-source.ts'
import { littleEndianContent } from './little-endian-content.ts'
import { readPiece } from './whole-content.ts'

/**
 * One frame: native in little endian order and beginning at bit 0, encapsulated without item headers and without the byte
 * that pads a codestream to even length.
 * @see PS3.18 §8.7.3.3
 */
export function frameContent(source: FrameSource, frame: number): Content {
  if (!source.layout.encapsulated) return nativeFrame(source, frame)
  const span = source.spans.get(frame)
  if (span === undefined) throw new Error('An encapsulated frame is not in the frame table')
  const joined = async () =>
    span.fragments > 1 ? joinedFragments(source.bytes, fragmentsRange(span)) : sliceContent(source.bytes, span)
  if (!endsWithMarker(source)) return knownContent(joinedLength(span), joined)
  if (span.padded === undefined) return preparedContent(async () => withoutPadding(await joined()))
  return knownContent(joinedLength(span) - (span.padded ? 1 : 0), joined)
}

/**
 * After the marker that ends a codestream the byte that makes a fragment even (PS3.5 §A.4) is no part of it, and viewers
 * that pass frames to strict decoders stumble over it.
 */
function endsWithMarker({ stored }: FrameSource): boolean {
  return compressedMediaTypeOf(stored.transferSyntax)?.endsWithMarker === true
}

/** The first `length` bytes of what is joined when it is read. */
function knownContent(length: number, joined: () => Promise<Content>): Content {
  return { length, read: async (range = { offset: 0, length }) => (await joined()).read(range) }
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

/** Looks at the end of a frame of which the frame table does not tell. */
async function withoutPadding(frame: Content): Promise<Content> {
  const length = frame.length ?? 0
  if (length < 3) return frame
  const [ff, d9, pad] = await readPiece(frame, length - 3, 3)
  return ff === 0xff && d9 === 0xd9 && pad === 0 ? sliceContent(frame, { offset: 0, length: length - 1 }) : frame
}
