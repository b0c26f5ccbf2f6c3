import { describe, expect, test } from '@jest/globals'
import { type PixelDescription, type TransferSyntax, transferSyntaxes as ts } from '@sansfilm/dicom'
import { describeTranscoded } from './describe-transcoded.ts'
import { encodeFrame } from './encode.ts'
import { decodableSyntaxes, encodableSyntaxes } from './syntaxes.ts'
import { describeImage } from './testing/images.ts'

const size = { rows: 8, columns: 8 }
const describeNative = (description: PixelDescription, { uid }: TransferSyntax) =>
  describeTranscoded({ transferSyntax: ts.ExplicitVRLittleEndian.uid, description }, uid)

describe('describeTranscoded has nothing', () => {
  test.each<[string, PixelDescription, readonly TransferSyntax[]]>([
    [
      'of 12 bits in baseline JPEG',
      describeImage({ ...size, bitsAllocated: 16, bitsStored: 12 }),
      [ts.JPEGBaseline8Bit],
    ],
    ['of signed samples in baseline JPEG', describeImage({ ...size, pixelRepresentation: 1 }), [ts.JPEGBaseline8Bit]],
    [
      'of 32 bits in codestreams',
      describeImage({ ...size, bitsAllocated: 32 }),
      [ts.JPEGLosslessSV1, ts.JPEGLSLossless, ts.JPEG2000Lossless, ts.HTJ2KLossless],
    ],
    [
      'of floating point samples but where bytes are kept',
      describeImage({ ...size, bitsAllocated: 32, samples: 'float' }),
      [ts.RLELossless, ts.JPEGLSLossless, ts.JPEG2000Lossless],
    ],
    [
      'of one-bit samples but where bytes are kept',
      describeImage({ ...size, bitsAllocated: 1 }),
      [ts.RLELossless, ts.JPEGLosslessSV1, ts.JPEG2000Lossless],
    ],
    [
      'of palette indices with loss',
      describeImage({ ...size, photometricInterpretation: 'PALETTE COLOR' }),
      [ts.JPEGBaseline8Bit, ts.JPEGLSNearLossless, ts.JPEG2000, ts.HTJ2K],
    ],
    [
      'of deep colours in JPEG 2000',
      describeImage({ ...size, samplesPerPixel: 3, bitsAllocated: 16 }),
      [ts.JPEG2000Lossless, ts.JPEG2000, ts.HTJ2KLossless, ts.HTJ2K],
    ],
    ['of a single row in JPEG 2000', describeImage({ rows: 1, columns: 9 }), [ts.JPEG2000Lossless]],
    ['of anything where there is no encoder', describeImage(size), [ts.JPEGExtended12Bit, ts.HEVCMP51]],
  ])('%s', async (_, description, targets) => {
    for (const target of targets) {
      expect(describeNative(description, target)).toBeUndefined()
      const frame = { transferSyntax: ts.ExplicitVRLittleEndian.uid, description, bytes: new Uint8Array(1024) }
      await expect(encodeFrame(frame, target.uid)).rejects.toMatchObject({ code: 'unsupported' })
    }
  })
})

test.each([
  ['video', ts.MPEG4HP41, describeImage(size)],
  [
    'floating point samples in a codestream',
    ts.JPEG2000,
    describeImage({ ...size, bitsAllocated: 32, samples: 'float' }),
  ],
  ['two samples in JPEG 2000', ts.JPEG2000, describeImage({ ...size, samplesPerPixel: 2 })],
])('nothing is had of %s, which cannot be decoded', (_, { uid }, description) => {
  expect(describeTranscoded({ transferSyntax: uid, description }, ts.ExplicitVRLittleEndian.uid)).toBeUndefined()
})

test('a lossy JPEG becomes RGB', () => {
  const description = describeImage({ ...size, samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL_422' })
  const source = { transferSyntax: ts.JPEGBaseline8Bit.uid, description }
  expect(describeTranscoded(source, ts.ExplicitVRLittleEndian.uid)?.photometricInterpretation).toBe('RGB')
  expect(describeTranscoded(source, ts.JPEG2000Lossless.uid)?.photometricInterpretation).toBe('YBR_RCT')
})

test('whatever is encoded can be decoded', () => {
  expect([...encodableSyntaxes].filter((uid) => !decodableSyntaxes.has(uid))).toEqual([])
})
