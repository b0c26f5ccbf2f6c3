import { describe, expect, test } from '@jest/globals'
import { transferSyntaxes as ts } from '@sansfilm/dicom'
import { decodeFrame } from './decode.ts'
import { encodeFrame } from './encode.ts'
import { runNativeCodec } from './libraries/native-codecs.ts'
import { describeImage } from './testing/images.ts'

/** A plain colour, as JPEG of components that are not transformed: 200, 100, 50. */
async function untransformed(withAdobeMarker: boolean): Promise<Uint8Array> {
  const samples = Uint8Array.from({ length: 16 * 16 * 3 }, (_, i) => [200, 100, 50][i % 3] as number)
  const image = { rows: 16, columns: 16, samplesPerPixel: 3, bitsStored: 8, bitsAllocated: 8 } as const
  const noTransform = 2
  const bytes = await runNativeCodec('EncodeJpeg', image, samples, {
    Lossy: 1,
    Quality: 100,
    SampleFactor: noTransform,
  })
  const start = Buffer.from(bytes).indexOf(Buffer.of(0xff, 0xdb)) // tables follow the markers of applications
  const plain = Buffer.concat([bytes.subarray(0, 2), bytes.subarray(start)])
  // Without the marker, identifiers R, G and B would tell as well: in the frame header and in that of the scan.
  const [frame, scan] = [0xc0, 0xda].map((marker) => plain.indexOf(Buffer.of(0xff, marker))) as [number, number]
  for (let i = 0; i < 3; i++) plain[frame + 10 + 3 * i] = plain[scan + 5 + 2 * i] = i + 1
  return withAdobeMarker ? bytes : plain
}

const decodeAs = async (photometricInterpretation: string, bytes: Uint8Array) => {
  const description = describeImage({ rows: 16, columns: 16, samplesPerPixel: 3, photometricInterpretation })
  const decoded = await decodeFrame({ transferSyntax: ts.JPEGBaseline8Bit.uid, description, bytes })
  expect(decoded.description.photometricInterpretation).toBe('RGB')
  return [...decoded.bytes.subarray(0, 3)]
}

describe('colours of a lossy JPEG', () => {
  test('are RGB where its Adobe marker says so, whatever the description', async () => {
    const bytes = await untransformed(true)
    for (const interpretation of ['RGB', 'YBR_FULL_422']) {
      expect(await decodeAs(interpretation, bytes)).toEqual([200, 100, 50])
    }
  })

  test('are what the description says where nothing in it does', async () => {
    const bytes = await untransformed(false)
    expect(await decodeAs('RGB', bytes)).toEqual([200, 100, 50])
    // Y 200, Cb 100, Cr 50 (PS3.3 §C.7.6.3.1.2).
    expect(await decodeAs('YBR_FULL_422', bytes)).toEqual([91, 255, 150])
  })
})

test('a lossy JPEG has nothing of what lies above 8 bits', async () => {
  const description = describeImage({ rows: 8, columns: 8, bitsAllocated: 16, bitsStored: 8 })
  const bytes = Uint8Array.from({ length: 128 }, (_, i) => (i % 2 === 0 ? 77 : 0x30))
  const frame = { transferSyntax: ts.ExplicitVRLittleEndian.uid, description, bytes }
  const decoded = await decodeFrame(await encodeFrame(frame, ts.JPEGBaseline8Bit.uid))
  expect(decoded.description.bitsAllocated).toBe(8)
  expect([...decoded.bytes]).toEqual(Array(64).fill(77))
})

test('a lossless JPEG does not call YBR_FULL samples RGB', async () => {
  const description = describeImage({ rows: 2, columns: 2, samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL' })
  const frame = { transferSyntax: ts.ExplicitVRLittleEndian.uid, description, bytes: new Uint8Array(12) }
  const { bytes } = await encodeFrame(frame, ts.JPEGLosslessSV1.uid)
  expect(Buffer.from(bytes).includes('Adobe')).toBe(false)
  const rgb = await encodeFrame(
    { ...frame, description: { ...description, photometricInterpretation: 'RGB' } },
    ts.JPEGLosslessSV1.uid,
  )
  expect(Buffer.from(rgb.bytes).includes('Adobe')).toBe(true)
})
