import { expect, test } from '@jest/globals'
import { transferSyntaxes as ts } from '@sansfilm/dicom'
import { decodeFrame } from './decode.ts'
import { openJph } from './libraries/openjph.ts'
import { describeImage, drawSamples } from './testing/images.ts'

test('HTJ2K of three deep samples decodes, though the encoder at hand cannot be told of them', async () => {
  const gray = describeImage({ rows: 20, columns: 30, bitsAllocated: 16, bitsStored: 12 })
  const plane = drawSamples(gray)
  // It reads every component from the samples of the first plane.
  const bytes = await openJph.use(({ HTJ2KEncoder }) => {
    const encoder = new HTJ2KEncoder()
    const frame = { width: 30, height: 20, bitsPerSample: 12, componentCount: 3, isSigned: false }
    encoder.getDecodedBuffer({ ...frame, isUsingColorTransform: true }).set(plane)
    encoder.setDecompositions(2)
    encoder.setQuality(true, 0)
    encoder.encode()
    return encoder.getEncodedBuffer().slice()
  })
  const description = { ...gray, samplesPerPixel: 3, photometricInterpretation: 'YBR_RCT' }
  const decoded = await decodeFrame({ transferSyntax: ts.HTJ2KLossless.uid, description, bytes })
  const expected = Array.from(new Uint16Array(plane.buffer), (sample) => [sample, sample, sample]).flat()
  expect(Array.from(new Uint16Array(decoded.bytes.buffer))).toEqual(expected)
  expect(decoded.description.photometricInterpretation).toBe('RGB')
})
