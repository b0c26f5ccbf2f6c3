import { describe, expect, test } from '@jest/globals'
import { describeCodestream, type PixelDescription, transferSyntaxes as ts } from '@sansfilm/dicom'
import { decodeFrame } from './decode.ts'
import { describeTranscoded } from './describe-transcoded.ts'
import { encodeFrame } from './encode.ts'
import { samplesOf } from './samples.ts'
import { describeImage, drawSamples } from './testing/images.ts'

const native = ts.ExplicitVRLittleEndian.uid

const frameOf = (description: PixelDescription, bytes = drawSamples(description)) => ({
  transferSyntax: native,
  description,
  bytes,
})

const sizes = [
  [1, 1],
  [3, 5],
  [1, 17],
  [17, 1],
  [64, 50],
  [130, 257],
] as const

/** Bits Allocated and Bits Stored. */
const depths = [
  [8, 8],
  [8, 7],
  [16, 8],
  [16, 10],
  [16, 12],
  [16, 16],
  [32, 32],
] as const

const images: readonly PixelDescription[] = sizes.flatMap(([rows, columns]) =>
  depths.flatMap(([bitsAllocated, bitsStored]) =>
    ([0, 1] as const).flatMap((pixelRepresentation) =>
      [1, 3].map((samplesPerPixel) =>
        describeImage({ rows, columns, bitsAllocated, bitsStored, pixelRepresentation, samplesPerPixel }),
      ),
    ),
  ),
)

const nameOf = (image: PixelDescription): string =>
  `${image.rows}x${image.columns}x${image.samplesPerPixel}, ${image.bitsStored} of ${image.bitsAllocated} bits, ` +
  (image.pixelRepresentation === 1 ? 'signed' : 'unsigned')

describe('a lossless encoding gives back every byte', () => {
  // How many of the images it can hold, so that none is left out unseen.
  test.each([
    [
      ts.EncapsulatedUncompressedExplicitVRLittleEndian.name,
      ts.EncapsulatedUncompressedExplicitVRLittleEndian.uid,
      168,
    ],
    [ts.DeflatedImageFrameCompression.name, ts.DeflatedImageFrameCompression.uid, 168],
    [ts.RLELossless.name, ts.RLELossless.uid, 168],
    [ts.JPEGLossless.name, ts.JPEGLossless.uid, 144],
    [ts.JPEGLosslessSV1.name, ts.JPEGLosslessSV1.uid, 144],
    [ts.JPEGLSLossless.name, ts.JPEGLSLossless.uid, 144],
    [ts.JPEG2000Lossless.name, ts.JPEG2000Lossless.uid, 48],
    [ts.HTJ2KLossless.name, ts.HTJ2KLossless.uid, 96],
    [ts.HTJ2KLosslessRPCL.name, ts.HTJ2KLosslessRPCL.uid, 96],
  ])('%s', async (_, uid, held) => {
    const different: string[] = []
    const holds = images.filter((description) => describeTranscoded(frameOf(description, new Uint8Array()), uid))
    expect(holds).toHaveLength(held)
    for (const description of holds) {
      const frame = frameOf(description)
      const coded = await encodeFrame(frame, uid)
      expect(coded.description).toEqual(describeTranscoded(frame, uid))
      const decoded = await decodeFrame(coded)
      expect(decoded.description).toEqual(description)
      if (!Buffer.from(decoded.bytes).equals(frame.bytes)) different.push(nameOf(description))
    }
    expect(different).toEqual([])
  })

  test('of noise that does not compress', async () => {
    const description = describeImage({ rows: 50, columns: 300, bitsAllocated: 16 })
    const frame = frameOf(description, drawSamples({ ...description, rows: 100 }).subarray(0, 30_000))
    for (const { uid } of [
      ts.RLELossless,
      ts.JPEGLosslessSV1,
      ts.JPEGLSLossless,
      ts.JPEG2000Lossless,
      ts.HTJ2KLossless,
    ]) {
      const { bytes } = await decodeFrame(await encodeFrame(frame, uid))
      expect(Buffer.compare(bytes, frame.bytes)).toBe(0)
    }
  })

  test('of bits beyond Bits Stored, where overlays once were', async () => {
    const description = describeImage({ rows: 2, columns: 2, bitsAllocated: 16, bitsStored: 12 })
    const frame = frameOf(description, Uint8Array.of(1, 0x10, 2, 0x0f, 3, 0xf0, 4, 0))
    for (const { uid } of [ts.JPEGLosslessSV1, ts.JPEGLSLossless, ts.JPEG2000Lossless, ts.HTJ2KLossless]) {
      expect([...(await decodeFrame(await encodeFrame(frame, uid))).bytes]).toEqual([...frame.bytes])
    }
  })

  test('of YBR_FULL, which stays that', async () => {
    const description = describeImage({
      rows: 20,
      columns: 20,
      samplesPerPixel: 3,
      photometricInterpretation: 'YBR_FULL',
    })
    const frame = frameOf(description)
    for (const { uid } of [
      ts.RLELossless,
      ts.JPEGLosslessSV1,
      ts.JPEGLSLossless,
      ts.JPEG2000Lossless,
      ts.HTJ2KLossless,
    ]) {
      const decoded = await decodeFrame(await encodeFrame(frame, uid))
      expect(decoded.description).toEqual(description)
      expect(Buffer.compare(decoded.bytes, frame.bytes)).toBe(0)
    }
  })
})

/** A ramp, which lossy encodings change little. */
function drawRamp(description: PixelDescription): Uint8Array {
  const { rows, columns, samplesPerPixel, bitsAllocated, bitsStored } = description
  const bytes = new Uint8Array((rows * columns * samplesPerPixel * bitsAllocated) / 8)
  const samples = samplesOf(bytes, bitsAllocated)
  for (let i = 0; i < samples.length; i++) {
    const pixel = Math.floor(i / samplesPerPixel)
    samples[i] = Math.floor(((pixel % columns) / columns) * (2 ** bitsStored - 1))
  }
  return bytes
}

const greatestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Array.from(a).reduce((greatest, value, i) => Math.max(greatest, Math.abs(value - (b[i] as number))), 0)

describe('a lossy encoding stays near', () => {
  const gray = describeImage({ rows: 64, columns: 100 })
  const rgb = describeImage({ rows: 64, columns: 100, samplesPerPixel: 3 })
  const deep = describeImage({ rows: 64, columns: 100, bitsAllocated: 16, bitsStored: 12 })
  const ybr = describeImage({ rows: 64, columns: 100, samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL' })

  test.each([
    ['grayscale JPEG', ts.JPEGBaseline8Bit, gray, 'MONOCHROME2', 3],
    ['colour JPEG', ts.JPEGBaseline8Bit, rgb, 'YBR_FULL_422', 4],
    ['JPEG of 8 bits in 16', ts.JPEGBaseline8Bit, { ...gray, bitsAllocated: 16 }, 'MONOCHROME2', 3],
    ['JPEG-LS', ts.JPEGLSNearLossless, gray, 'MONOCHROME2', 2],
    ['colour JPEG-LS', ts.JPEGLSNearLossless, rgb, 'RGB', 2],
    ['JPEG-LS of 12 bits', ts.JPEGLSNearLossless, deep, 'MONOCHROME2', 2],
    ['JPEG 2000', ts.JPEG2000, gray, 'MONOCHROME2', 4],
    ['colour JPEG 2000', ts.JPEG2000, rgb, 'YBR_ICT', 4],
    ['JPEG 2000 of 12 bits', ts.JPEG2000, deep, 'MONOCHROME2', 64],
    ['HTJ2K', ts.HTJ2K, gray, 'MONOCHROME2', 4],
    ['colour HTJ2K', ts.HTJ2K, rgb, 'YBR_ICT', 4],
    ['HTJ2K of 12 bits', ts.HTJ2K, deep, 'MONOCHROME2', 64],
  ])('%s', async (_, { uid }, description, photometricInterpretation, tolerance) => {
    const frame = frameOf(description, drawRamp(description))
    const coded = await encodeFrame(frame, uid)
    expect(coded.description).toEqual(describeTranscoded(frame, uid))
    expect(coded.description.photometricInterpretation).toBe(photometricInterpretation)
    expect(coded.bytes.length).toBeLessThan(frame.bytes.length / 2)
    const decoded = await decodeFrame(coded)
    const before = samplesOf(frame.bytes, description.bitsAllocated)
    const after = samplesOf(decoded.bytes, decoded.description.bitsAllocated)
    expect(greatestDifference(before, after)).toBeLessThanOrEqual(tolerance)
  })

  test.each([ts.JPEGBaseline8Bit, ts.JPEGLSNearLossless, ts.JPEG2000, ts.HTJ2K].map(({ name, uid }) => [name, uid]))(
    'and is smaller with less quality: %s',
    async (_, uid = '') => {
      const frame = frameOf(rgb)
      const lengths = await Promise.all(
        [100, 90, 50, 10].map(async (quality) => (await encodeFrame(frame, uid, { quality })).bytes.length),
      )
      expect(lengths).toEqual(lengths.toSorted((a, b) => b - a))
      expect(new Set(lengths).size).toBe(4)
    },
  )

  test.each([ts.JPEGBaseline8Bit, ts.JPEG2000, ts.HTJ2K].map(({ name, uid }) => [name, uid]))(
    'and takes YBR_FULL for what it shows: %s',
    async (_, uid = '') => {
      // Pure red: Y 76, Cb 85, Cr 255.
      const red = Uint8Array.from({ length: 64 * 100 * 3 }, (_, i) => [76, 85, 255][i % 3] as number)
      const { bytes, description } = await decodeFrame(await encodeFrame(frameOf(ybr, red), uid))
      expect(description.photometricInterpretation).toBe('RGB')
      expect(greatestDifference(bytes.subarray(3000, 3003), [254, 0, 0])).toBeLessThanOrEqual(3)
    },
  )
})

test('HTJ2K with RPCL options has that order, tile lengths, and a small image first', async () => {
  const description = describeImage({ rows: 600, columns: 5000 })
  const { bytes } = await encodeFrame(frameOf(description, drawRamp(description)), ts.HTJ2KLosslessRPCL.uid)
  const codestream = Buffer.from(bytes)
  const main = codestream.subarray(0, codestream.indexOf(Buffer.of(0xff, 0x90)))
  const cod = main.indexOf(Buffer.of(0xff, 0x52))
  expect(main.readUInt8(cod + 5)).toBe(2) // RPCL
  expect(5000 / 2 ** main.readUInt8(cod + 9)).toBeLessThanOrEqual(64)
  expect(main.includes(Buffer.of(0xff, 0x55))).toBe(true) // TLM
  expect(describeCodestream(bytes)?.transferSyntax).toBe(ts.HTJ2KLossless)
})

test('a frame that is in the target already comes back as it is', async () => {
  const frame = await encodeFrame(frameOf(describeImage({ rows: 4, columns: 4 })), ts.JPEGLSLossless.uid)
  expect(await encodeFrame(frame, ts.JPEGLSLossless.uid)).toBe(frame)
})

test('compressed frames are taken from one syntax to another', async () => {
  const frame = frameOf(describeImage({ rows: 40, columns: 30, samplesPerPixel: 3 }))
  const j2k = await encodeFrame(frame, ts.JPEG2000Lossless.uid)
  const rle = await encodeFrame(j2k, ts.RLELossless.uid)
  expect(rle.description).toEqual(describeTranscoded(j2k, ts.RLELossless.uid))
  expect(rle.description.photometricInterpretation).toBe('RGB')
  expect(Buffer.compare((await decodeFrame(rle)).bytes, frame.bytes)).toBe(0)
})
