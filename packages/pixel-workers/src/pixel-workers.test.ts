import { afterAll, describe, expect, test } from '@jest/globals'
import type { RenderSource } from '@sansfilm/core/adapters'
import { type Dataset, type PixelDescription, tags, transferSyntaxes } from '@sansfilm/dicom'
import { createPixelWorkers } from './pixel-workers.ts'

const workers = createPixelWorkers({ threads: 1, maxQueued: 4 })
afterAll(() => workers.close())

const description: PixelDescription = {
  rows: 2,
  columns: 3,
  samplesPerPixel: 1,
  photometricInterpretation: 'MONOCHROME2',
  planarConfiguration: 0,
  bitsAllocated: 8,
  bitsStored: 8,
  highBit: 7,
  pixelRepresentation: 0,
  samples: 'integer',
}
const explicit = transferSyntaxes.ExplicitVRLittleEndian.uid

/** One segment: a run of six bytes of 7. */
const rle = Buffer.alloc(68)
rle.writeUInt32LE(1, 0)
rle.writeUInt32LE(64, 4)
rle.set([0xfb, 7], 64)

const us = (value: number) => ({ vr: 'US', Value: [value] }) as const
const dataset: Dataset = {
  [tags.Rows]: us(2),
  [tags.Columns]: us(3),
  [tags.BitsAllocated]: us(8),
  [tags.SamplesPerPixel]: us(1),
  [tags.PhotometricInterpretation]: { vr: 'CS', Value: ['MONOCHROME2'] },
}
const source: RenderSource = {
  dataset,
  transferSyntax: explicit,
  layout: { tag: tags.PixelData, vr: 'OB', encapsulated: false, offset: 0, length: 6, frames: 1, frameBits: 48 },
  frame: async () => Uint8Array.of(0, 50, 100, 150, 200, 250),
  bulkData: async () => undefined,
}
const draw = (signal?: AbortSignal) =>
  workers.renderer.render({
    source,
    frames: [1],
    mediaType: 'image/png',
    parameters: {},
    ...(signal !== undefined && { signal }),
  })

describe('the transcoder', () => {
  test('decodes in a thread', async () => {
    const frame = { transferSyntax: transferSyntaxes.RLELossless.uid, description, bytes: rle }
    const native = await workers.transcoder.transcode(frame, explicit)
    expect([...native.bytes]).toEqual([7, 7, 7, 7, 7, 7])
    expect(native.transferSyntax).toBe(explicit)
  })

  test('says what is damaged', async () => {
    const frame = { transferSyntax: transferSyntaxes.RLELossless.uid, description, bytes: rle.subarray(0, 60) }
    await expect(workers.transcoder.transcode(frame, explicit)).rejects.toMatchObject({
      name: 'AdapterError',
      code: 'damaged',
    })
  })
})

describe('the renderer', () => {
  test('draws in a thread', async () => {
    const { mediaType, bytes } = await draw()
    expect(mediaType).toBe('image/png')
    expect(Buffer.from(bytes).subarray(1, 4).toString()).toBe('PNG')
  })

  test('refuses what finds the line full, and goes on', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => draw()))
    const refused = outcomes.filter((each) => each.status === 'rejected')
    expect(refused.length).toBeGreaterThan(0)
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'unavailable' })
    expect((await draw()).mediaType).toBe('image/png')
  })

  test('reads frames when their turn has nearly come, so that those who wait hold nothing', async () => {
    let held = 0
    let most = 0
    const counted: RenderSource = {
      ...source,
      async frame(number, memory) {
        held++
        most = Math.max(most, held)
        return source.frame(number, memory)
      },
    }
    const drawOne = async () => {
      await workers.renderer.render({ source: counted, frames: [1], mediaType: 'image/png', parameters: {} })
      held--
    }
    await Promise.all(Array.from({ length: 5 }, drawOne))
    expect(most).toBeLessThanOrEqual(3)
  })

  test('draws from the memory it gives, used again for the next', async () => {
    const memories: (ArrayBufferLike | undefined)[] = []
    const drawGray = async (gray: number) => {
      const filled: RenderSource = {
        ...source,
        async frame(_, memory) {
          const bytes = memory?.(6)
          memories.push(bytes?.buffer)
          return bytes?.fill(gray) ?? Uint8Array.of()
        },
      }
      const { bytes } = await workers.renderer.render({
        source: filled,
        frames: [1],
        mediaType: 'image/png',
        parameters: {},
      })
      return bytes
    }
    const [dark, light, darkAgain] = [await drawGray(10), await drawGray(200), await drawGray(10)]
    expect(Buffer.from(darkAgain)).toEqual(Buffer.from(dark))
    expect(Buffer.from(light)).not.toEqual(Buffer.from(dark))
    expect(memories[0]).toBeDefined()
    expect(new Set(memories).size).toBe(1)
  })

  test('begins nothing for who has left', async () => {
    const leaving = new AbortController()
    const first = draw()
    const left = draw(leaving.signal)
    leaving.abort(new Error('gone'))
    await expect(left).rejects.toThrow('gone')
    await first
  })

  test('draws a symbol', async () => {
    const viewport = { width: 16, height: 16 }
    const { bytes } = await workers.renderer.symbol({ dataset, mediaType: 'image/jpeg', viewport })
    expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xd8])
  })
})
