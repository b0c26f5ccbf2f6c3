import { describe, expect, test } from '@jest/globals'
import { transferSyntaxes as ts } from '@sansfilm/dicom'
import { decodeFrame } from './decode.ts'
import { describeImage } from './testing/images.ts'

const native = ts.ExplicitVRLittleEndian.uid

describe('decoding native frames', () => {
  test('copies nothing where nothing changes', async () => {
    const bytes = Uint8Array.of(1, 2, 3, 4)
    const description = describeImage({ rows: 2, columns: 2 })
    expect((await decodeFrame({ transferSyntax: ts.ExplicitVRBigEndian.uid, description, bytes })).bytes).toBe(bytes)
  })

  test('leaves padding out', async () => {
    const description = describeImage({ rows: 1, columns: 3 })
    const { bytes } = await decodeFrame({ transferSyntax: native, description, bytes: Uint8Array.of(1, 2, 3, 0) })
    expect([...bytes]).toEqual([1, 2, 3])
  })

  test('puts the samples of planes together', async () => {
    const description = describeImage({
      rows: 1,
      columns: 2,
      samplesPerPixel: 3,
      bitsAllocated: 16,
      planarConfiguration: 1,
    })
    const planes = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)
    const decoded = await decodeFrame({ transferSyntax: native, description, bytes: planes })
    expect([...decoded.bytes]).toEqual([1, 2, 5, 6, 9, 10, 3, 4, 7, 8, 11, 12])
    expect(decoded.description.planarConfiguration).toBe(0)
  })

  test('gives every pixel its chroma', async () => {
    const description = describeImage({
      rows: 1,
      columns: 2,
      samplesPerPixel: 3,
      photometricInterpretation: 'YBR_FULL_422',
    })
    const decoded = await decodeFrame({ transferSyntax: native, description, bytes: Uint8Array.of(10, 20, 1, 2) })
    expect([...decoded.bytes]).toEqual([10, 1, 2, 20, 1, 2])
    expect(decoded.description.photometricInterpretation).toBe('YBR_FULL')
  })

  test('keeps floating point samples', async () => {
    const description = describeImage({ rows: 1, columns: 1, bitsAllocated: 32, samples: 'float' })
    const bytes = new Uint8Array(4)
    expect((await decodeFrame({ transferSyntax: native, description, bytes })).bytes).toBe(bytes)
  })
})

describe('nothing is decoded', () => {
  const image = describeImage({ rows: 2, columns: 2 })
  const bytes = new Uint8Array(3)

  test.each([
    ['of too few bytes', native, image, 'damaged', 'The frame has 3 bytes; Rows, Columns and Bits Allocated need 4'],
    ['of video', ts.HEVCMP51.uid, image, 'unsupported', 'No decoder for transfer syntax 1.2.840.10008.1.2.4.107'],
    [
      'of floating point samples in a codestream',
      ts.JPEG2000.uid,
      describeImage({ rows: 1, columns: 1, bitsAllocated: 32, samples: 'float' }),
      'unsupported',
      'No decoder for such samples in transfer syntax 1.2.840.10008.1.2.4.91',
    ],
    [
      'of 12 packed bits',
      native,
      describeImage({ rows: 2, columns: 2, bitsAllocated: 12 }),
      'unsupported',
      'Bits Allocated of 12',
    ],
    [
      'beyond the limit of size',
      ts.JPEGLSLossless.uid,
      describeImage({ rows: 65535, columns: 65535 }),
      'unsupported',
      'A frame of 4294836225 bytes; 536870912 are the limit',
    ],
    ['without a header', ts.JPEGLSLossless.uid, image, 'damaged', 'The frame has no readable codestream header'],
  ])('%s', async (_, transferSyntax, description, code, message) => {
    await expect(decodeFrame({ transferSyntax, description, bytes })).rejects.toMatchObject({ code, message })
  })
})
