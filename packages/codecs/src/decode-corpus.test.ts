import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { decodeFrame } from './decode.ts'
import {
  corpusFolder,
  type GoldenDecoded,
  type GoldenFrames,
  readGoldenFrames,
  readInstance,
  withCorpus,
} from './testing/corpus-frames.ts'

/** Frames that are not to decode, by file and number, and what is said of them. */
const refusals: Readonly<Record<string, string>> = {
  // No other tool decodes it either: a byte of its header is damaged.
  'files/nm-j2k-embedded-seq-delimiter.dcm 1':
    'The transfer syntax is 1.2.840.10008.1.2.4.91, the codestream High-Throughput JPEG 2000',
  // The last tile of a slide, coded smaller than Rows and Columns say: it is for `decodeTile`.
  'files/sm-140frame-jpeg-ybr422.dcm 140': 'Rows is 240, in the codestream 121',
}

/** Digests to be met instead of the golden ones, and why. */
const otherDigests: Readonly<Record<string, string>> = {
  // 14 bits in the codestream, 16 in the description: signs are extended as by GDCM, where OpenJPEG's program cuts them off.
  'files/ct-693-j2k-lossless-bits-mismatch.dcm 1': '6b3b6bb553a0b5692ee63737f4cb8d6bcfa960e7ae37e5d1bd9521b671b501b0',
  // Chroma for every pixel, as sc-ybr-full-unc.dcm has it; the golden keeps it for every second one.
  'files/sc-ybr-full-422-unc.dcm 1': 'ddddadc3c3d361b56803d6e8caa0da3f0dd3c3972aee0ece1924086f792eecc6',
}

/** Files without an image to decode. */
const withoutImage: readonly string[] = [
  'files/ct1-deflated.dcm', // the whole data set is deflated, which is no matter of frames
  'files/nested-private-sq-implicit.dcm', // neither Rows nor Columns
  'files/sc-deflated.dcm',
]

describe(`a frame of the corpus decodes to what other tools make of it${withCorpus}`, () => {
  if (corpusFolder === undefined) return test.skip('file by file', () => {})

  test.each(readGoldenFrames().map((golden) => [golden.file, golden] as const))('%s', async (file, golden) => {
    const instance = await readInstance(file)
    expect(instance === undefined).toBe(withoutImage.includes(file))
    for (const [i, { n }] of (golden.frames ?? []).entries()) {
      const decoding = instance?.frame(n).then(decodeFrame)
      const refusal = refusals[`${file} ${n}`]
      if (refusal !== undefined) {
        await expect(decoding).rejects.toMatchObject({ code: 'damaged', message: refusal })
        continue
      }
      const decoded = await decoding
      if (decoded === undefined) continue
      const { rows, columns, samplesPerPixel, bitsAllocated } = decoded.description
      expect(decoded.bytes.length).toBe(Math.ceil((rows * columns * samplesPerPixel * bitsAllocated) / 8))
      expect(digest(inGoldenForm(decoded.bytes, bitsAllocated, golden.decoded))).toBe(
        otherDigests[`${file} ${n}`] ?? goldenDigest(golden, i),
      )
    }
  })
})

/**
 * The golden digest of a decoded frame. Those of lossy coding are met as well, though the corpus allows differences: the
 * decoder is of the same origin as the one that made them.
 */
function goldenDigest({ decoded, frames }: GoldenFrames, index: number): string | undefined {
  if (decoded?.planar0 !== undefined) return decoded.planar0.sha256[index]
  return decoded?.sameAsStored === true ? frames?.[index]?.sha256 : decoded?.sha256?.[index]
}

/** One-bit pixels, which are packed here, as bytes where the golden has them so. */
function inGoldenForm(bytes: Uint8Array, bitsAllocated: number, decoded: GoldenDecoded | null | undefined): Uint8Array {
  if (bitsAllocated !== 1 || decoded?.bitsAllocated !== 8) return bytes
  return Uint8Array.from({ length: bytes.length * 8 }, (_, i) => ((bytes[i >> 3] as number) >> (i & 7)) & 1)
}

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
