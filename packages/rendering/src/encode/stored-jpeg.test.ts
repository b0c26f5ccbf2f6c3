import { describe, expect, test } from '@jest/globals'
import type { RenderParameters } from '@sansfilm/core/adapters'
import { tags, transferSyntaxes } from '@sansfilm/dicom'
import sharp from 'sharp'
import { renderFrames } from '../render-frames.ts'
import type { RenderRequest } from '../render-request.ts'
import { grayImage, of, requestFor } from '../testing/images.ts'

async function jpegRequest(parameters: RenderParameters, more: Partial<RenderRequest> = {}): Promise<RenderRequest> {
  const raw = { width: 16, height: 8, channels: 3 } as const
  const bytes = await sharp(new Uint8Array(384).fill(90), { raw }).jpeg().toBuffer()
  const image = grayImage(16, 8, {
    [tags.SamplesPerPixel]: of('US', 3),
    [tags.PhotometricInterpretation]: of('CS', 'YBR_FULL_422'),
  })
  const request = requestFor(image, [bytes], { mediaType: 'image/jpeg', parameters })
  return { ...request, source: { ...request.source, transferSyntax: transferSyntaxes.JPEGBaseline8Bit.uid }, ...more }
}

const isStored = async (request: RenderRequest): Promise<boolean> =>
  Buffer.from(request.frames[0]?.bytes ?? []).equals((await renderFrames(request)).bytes)

describe('a colour JPEG asked for as JPEG (PS3.18 §8.3.5.1.2)', () => {
  test('is sent as it is stored', async () => {
    expect(await isStored(await jpegRequest({}))).toBe(true)
  })

  test.each<[string, RenderParameters, Partial<RenderRequest>]>([
    ['quality', { quality: 50 }, {}],
    ['viewport', { viewport: { width: 8, height: 8 } }, {}],
    ['annotation', { annotation: ['patient'] }, {}],
    ['colour space', { iccprofile: 'no' }, {}],
    ['media type', {}, { mediaType: 'image/png' }],
    ['presentation state', {}, { presentation: { dataset: {}, bulkData: new Map() } }],
  ])('is drawn for a wish of %s', async (_, parameters, more) => {
    expect(await isStored(await jpegRequest(parameters, more))).toBe(false)
  })

  test('of another size is damage', async () => {
    const request = await jpegRequest({})
    const description = { ...request.source.description, rows: 9 }
    await expect(renderFrames({ ...request, source: { ...request.source, description } })).rejects.toMatchObject({
      code: 'damaged',
    })
  })
})
