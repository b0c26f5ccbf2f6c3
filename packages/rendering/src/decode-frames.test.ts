import { expect, test } from '@jest/globals'
import { type Dataset, tags, transferSyntaxes } from '@sansfilm/dicom'
import sharp from 'sharp'
import { renderFrames } from './render-frames.ts'
import type { RenderRequest } from './render-request.ts'
import { grayImage, of, readImage, requestFor } from './testing/images.ts'

/** A JPEG of one gray in an image that says it is larger. */
async function requestOf(columns: number, rows: number, more: Dataset = {}): Promise<RenderRequest> {
  const raw = { width: columns, height: rows, channels: 3 } as const
  const bytes = await sharp(new Uint8Array(columns * rows * 3).fill(90), { raw })
    .jpeg({ quality: 100 })
    .toBuffer()
  const colours = { [tags.SamplesPerPixel]: of('US', 3), [tags.PhotometricInterpretation]: of('CS', 'YBR_FULL_422') }
  const request = requestFor(grayImage(32, 16, { ...colours, ...more }), [bytes])
  return { ...request, source: { ...request.source, transferSyntax: transferSyntaxes.JPEGBaseline8Bit.uid } }
}

const slide = { [tags.TotalPixelMatrixColumns]: of('UL', 50) }

test('a tile at the edge of a slide is as large as the others, black beyond the slide', async () => {
  const { data, width, height } = await readImage((await renderFrames(await requestOf(18, 16, slide))).bytes)
  expect([width, height]).toEqual([32, 16])
  expect([...data.subarray(17 * 3, 19 * 3)]).toEqual([90, 90, 90, 0, 0, 0])
})

test.each<[string, number, number, Dataset]>([
  ['a larger tile', 40, 16, slide],
  ['a smaller frame of another image', 18, 16, {}],
])('%s is damage', async (_, columns, rows, more) => {
  await expect(renderFrames(await requestOf(columns, rows, more))).rejects.toMatchObject({ code: 'damaged' })
})
