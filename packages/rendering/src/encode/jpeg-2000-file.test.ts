import { expect, test } from '@jest/globals'
import { decodeFrame } from '@sansfilm/codecs'
import { transferSyntaxes } from '@sansfilm/dicom'
import { rgbSpaces } from '../colour/rgb-space.ts'
import { writeProfile } from '../colour/write-profile.ts'
import { renderFrames } from '../render-frames.ts'
import { grayImage, requestFor } from '../testing/images.ts'
import { encodeJpeg2000File } from './jpeg-2000-file.ts'

const ramp = Uint8Array.from({ length: 64 * 32 }, (_, i) => (i % 64) * 4)

/** The boxes of a file, one after the other, with those of the header box among them. */
function boxesOf(file: Buffer): Map<string, Buffer> {
  const boxes = new Map<string, Buffer>()
  for (let at = 0; at < file.length; ) {
    const length = file.readUInt32BE(at)
    const type = file.toString('latin1', at + 4, at + 8)
    const content = file.subarray(at + 8, at + length)
    boxes.set(type, content)
    if (type === 'jp2h') for (const [inner, bytes] of boxesOf(content)) boxes.set(inner, bytes)
    at += length
  }
  return boxes
}

test.each([
  ['image/jp2', 'jp2 ', transferSyntaxes.JPEG2000.uid],
  ['image/jph', 'jph ', transferSyntaxes.HTJ2K.uid],
])('%s is a file around a codestream of the picture', async (mediaType, brand, transferSyntax) => {
  const request = requestFor(grayImage(64, 32), [ramp], { mediaType })
  const rendering = await renderFrames(request)
  expect(rendering.mediaType).toBe(mediaType)
  const boxes = boxesOf(Buffer.from(rendering.bytes))
  expect([...boxes.keys()]).toEqual(['jP  ', 'ftyp', 'jp2h', 'ihdr', 'colr', 'jp2c'])
  expect(boxes.get('ftyp')?.toString('latin1')).toBe(`${brand}\0\0\0\0${brand}`)
  expect(boxes.get('ihdr')).toEqual(Buffer.of(0, 0, 0, 32, 0, 0, 0, 64, 0, 1, 7, 7, 0, 0))
  expect(boxes.get('colr')?.at(-1)).toBe(17)
  const { description } = request.source
  const decoded = await decodeFrame({ transferSyntax, description, bytes: boxes.get('jp2c') ?? Buffer.alloc(0) })
  const furthest = decoded.bytes.reduce((most, gray, i) => Math.max(most, Math.abs(gray - (ramp[i] as number))), 0)
  expect(furthest).toBeLessThan(12)
})

test('the profile of its colours', async () => {
  const profile = writeProfile(rgbSpaces.adobergb)
  const raster = { width: 2, height: 2, channels: 3, data: new Uint8Array(12) } as const
  const rendering = await encodeJpeg2000File({ raster, profile }, 'image/jp2', 90)
  const colours = boxesOf(Buffer.from(rendering?.bytes ?? [])).get('colr')
  expect(colours?.[0]).toBe(2)
  expect(colours?.subarray(3)).toEqual(profile)
})
