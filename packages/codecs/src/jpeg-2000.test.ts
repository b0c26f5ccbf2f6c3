import { expect, test } from '@jest/globals'
import { transferSyntaxes as ts } from '@sansfilm/dicom'
import { decodeFrame } from './decode.ts'
import { describeImage } from './testing/images.ts'

/** 5 rows and 7 columns of three 12-bit samples, counting up by 1237, by OpenJPEG's encoder with reversible transforms. */
const deepColour = Buffer.from(
  '/0//UQAvAAAAAAAHAAAABQAAAAAAAAAAAAAABwAAAAUAAAAAAAAAAAADCwEBCwEBCwEB/1IADAAAAAEBAAQEAAH/XAAEQGD/ZAAlAAFDcmVhdGVkIGJ5IE9wZW5KUEVHIHZlcnNpb24gMi41LjT/kAAKAAAAAACvAAH/k8fsZhBp9T7rFUafoCnQW4LSPZc4lvlJt8JACQg1Amgk8rMb9CuWD8XwwAD8doyzZ4Rfhg1nKN/gyAcV9a9NgCXIF6EEMiCDkeDxLXObYI5aUWXiWuZqLxLXM1F4lrmai8S1zNReJa5mLsg/3+DMF+APoSU2mTuONU81yUp0/zAUHlY8F0wyx7wlpaB7aS0tA9tJaWge2ktLQPbSWloHtnkH/9k=',
  'base64',
)

const frame = {
  transferSyntax: ts.JPEG2000Lossless.uid,
  description: describeImage({
    rows: 5,
    columns: 7,
    samplesPerPixel: 3,
    bitsAllocated: 16,
    bitsStored: 12,
    photometricInterpretation: 'YBR_RCT',
  }),
  bytes: deepColour,
}

test('three deep samples decode', async () => {
  const { bytes, description } = await decodeFrame(frame)
  expect(Array.from(new Uint16Array(bytes.buffer))).toEqual(Array.from({ length: 105 }, (_, i) => (i * 1237) % 4096))
  expect(description.photometricInterpretation).toBe('RGB')
})

test('three deep samples that are cut off are damaged', async () => {
  for (let length = 0; length < deepColour.length - 2; length += 7) {
    const decoding = decodeFrame({ ...frame, bytes: deepColour.subarray(0, length) })
    await expect(decoding).rejects.toMatchObject({ code: 'damaged' })
  }
})
