import { describe, expect, test } from '@jest/globals'
import { type Dataset, tags } from '@sansfilm/dicom'
import sharp from 'sharp'
import { renderFrames } from './render-frames.ts'
import { drawn, grayImage, of, requestFor, words16, wordsOf } from './testing/images.ts'

const samples = async (...call: Parameters<typeof drawn>): Promise<number[]> => [...(await drawn(...call)).data]

describe('grays (PS3.4 §N.2.1)', () => {
  const signed = { ...words16, [tags.PixelRepresentation]: of('US', 1) }
  const rescaled = { ...signed, [tags.RescaleIntercept]: of('DS', -1000), [tags.RescaleSlope]: of('DS', 2) }

  test('bytes without a window fill the range they can have', async () => {
    expect(await samples(grayImage(3, 1), Uint8Array.of(0, 100, 200))).toEqual([0, 100, 200])
  })

  test('words without a window fill the range they have, but for padding, which is black', async () => {
    const image = grayImage(4, 1, { ...signed, [tags.PixelPaddingValue]: of('SS', -2000) })
    expect(await samples(image, wordsOf(-2000, -10, 0, 10))).toEqual([0, 0, 128, 255])
  })

  test('a range of padding', async () => {
    const padding = { [tags.PixelPaddingValue]: of('SS', -2000), [tags.PixelPaddingRangeLimit]: of('SS', -1000) }
    expect(await samples(grayImage(4, 1, { ...signed, ...padding }), wordsOf(-1500, -1000, -999, 1))).toEqual([
      0, 0, 0, 255,
    ])
  })

  test('rescale, then window: c 40, w 401 of 520, 420 and 620 stored', async () => {
    const image = grayImage(3, 1, {
      ...rescaled,
      [tags.WindowCenter]: of('DS', 40.5),
      [tags.WindowWidth]: of('DS', 401),
    })
    expect(await samples(image, wordsOf(520, 420, 620))).toEqual([128, 0, 255])
  })

  test('the window of the request instead', async () => {
    const image = grayImage(3, 1, { ...rescaled, [tags.WindowCenter]: of('DS', 9999), [tags.WindowWidth]: of('DS', 1) })
    const window = { center: 0, width: 200, shape: 'linear-exact' } as const
    expect(await samples(image, wordsOf(500, 450, 550), { parameters: { window } })).toEqual([128, 0, 255])
  })

  test('MONOCHROME1 once, though the shape says INVERSE too', async () => {
    const inverse = {
      [tags.PhotometricInterpretation]: of('CS', 'MONOCHROME1'),
      [tags.PresentationLUTShape]: of('CS', 'INVERSE'),
    }
    expect(await samples(grayImage(2, 1, inverse), Uint8Array.of(0, 255))).toEqual([255, 0])
  })

  test('what the functional groups of the frame say', async () => {
    const group = (slope: number): Dataset => ({
      [tags.PixelValueTransformationSequence]: of('SQ', {
        [tags.RescaleSlope]: of('DS', slope),
        [tags.RescaleIntercept]: of('DS', 0),
      }),
      [tags.FrameVOILUTSequence]: of('SQ', {
        [tags.WindowCenter]: of('DS', 100),
        [tags.WindowWidth]: of('DS', 200),
        [tags.VOILUTFunction]: of('CS', 'LINEAR_EXACT'),
      }),
    })
    const image = grayImage(2, 1, { ...words16, [tags.PerFrameFunctionalGroupsSequence]: of('SQ', group(2), group(1)) })
    expect(await samples(image, wordsOf(50, 100))).toEqual([128, 255])
  })

  test('are one channel, in JPEG too', async () => {
    const { bytes } = await renderFrames(
      requestFor(grayImage(2, 1), [Uint8Array.of(0, 255)], { mediaType: 'image/jpeg' }),
    )
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', channels: 1, width: 2, height: 1 })
  })
})

describe('palettes (PS3.3 §C.7.6.3.1.5)', () => {
  const palette = (first: number): Dataset => ({
    [tags.RedPaletteColorLookupTableDescriptor]: of('US', 2, first, 16),
    [tags.GreenPaletteColorLookupTableDescriptor]: of('US', 2, first, 16),
    [tags.BluePaletteColorLookupTableDescriptor]: of('US', 2, first, 16),
    [tags.RedPaletteColorLookupTableData]: of('OW', 0xff00, 0x1000),
    [tags.GreenPaletteColorLookupTableData]: of('OW', 0x8000, 0x2000),
    [tags.BluePaletteColorLookupTableData]: of('OW', 0x0000, 0x3000),
  })

  test('colours', async () => {
    const image = grayImage(2, 1, { ...palette(0), [tags.PhotometricInterpretation]: of('CS', 'PALETTE COLOR') })
    expect(await samples(image, Uint8Array.of(0, 1))).toEqual([255, 128, 0, 16, 32, 48])
  })

  test('supplemental: grays below the first entry', async () => {
    const image = grayImage(2, 1, { ...palette(200), [tags.PixelPresentation]: of('CS', 'COLOR') })
    expect(await samples(image, Uint8Array.of(100, 201))).toEqual([100, 100, 100, 16, 32, 48])
  })

  test('that are not there are damage', async () => {
    const image = grayImage(1, 1, { [tags.PhotometricInterpretation]: of('CS', 'PALETTE COLOR') })
    await expect(drawn(image, Uint8Array.of(0))).rejects.toMatchObject({ code: 'damaged' })
  })
})

describe('segments (PS3.3 §C.8.20)', () => {
  const white = of('US', 65_535, 32_896, 32_896)
  const segments = {
    [tags.SegmentSequence]: of('SQ', {
      [tags.SegmentNumber]: of('US', 7),
      [tags.RecommendedDisplayCIELabValue]: white,
    }),
  }
  const ofSegment = of('SQ', {
    [tags.SegmentIdentificationSequence]: of('SQ', { [tags.ReferencedSegmentNumber]: of('US', 7) }),
  })

  test('BINARY', async () => {
    const bit = { [tags.BitsAllocated]: of('US', 1), [tags.BitsStored]: of('US', 1), [tags.HighBit]: of('US', 0) }
    const image = grayImage(2, 1, {
      ...bit,
      ...segments,
      [tags.SegmentationType]: of('CS', 'BINARY'),
      [tags.PerFrameFunctionalGroupsSequence]: ofSegment,
    })
    expect(await samples(image, Uint8Array.of(0b10))).toEqual([32, 32, 32, 255, 255, 255])
  })

  test('FRACTIONAL: half of it is half way to the background', async () => {
    const facts = { [tags.SegmentationType]: of('CS', 'FRACTIONAL'), [tags.MaximumFractionalValue]: of('US', 100) }
    const image = grayImage(2, 1, { ...segments, ...facts, [tags.SharedFunctionalGroupsSequence]: ofSegment })
    expect(await samples(image, Uint8Array.of(50, 100))).toEqual([144, 144, 144, 255, 255, 255])
  })

  test('LABELMAP', async () => {
    const image = grayImage(2, 1, { ...segments, [tags.SegmentationType]: of('CS', 'LABELMAP') })
    expect(await samples(image, Uint8Array.of(0, 7))).toEqual([32, 32, 32, 255, 255, 255])
  })
})

describe('an animation', () => {
  const frames = [Uint8Array.of(0, 255), Uint8Array.of(255, 0), Uint8Array.of(9, 9)]

  test.each<[string, Dataset, number[]]>([
    ['Frame Time', { [tags.FrameTime]: of('DS', 40) }, [40, 40, 40]],
    ['Recommended Display Frame Rate', { [tags.RecommendedDisplayFrameRate]: of('IS', 20) }, [50, 50, 50]],
    ['Cine Rate', { [tags.CineRate]: of('IS', 5) }, [200, 200, 200]],
    ['Frame Time Vector', { [tags.FrameTimeVector]: of('DS', 0, 30, 60) }, [30, 60, 100]],
    ['nothing', {}, [100, 100, 100]],
  ])('is shown at the rate of %s (PS3.3 §C.7.6.5)', async (_, cine, delay) => {
    const { mediaType, bytes } = await renderFrames(
      requestFor(grayImage(2, 1, cine), frames, { mediaType: 'image/gif' }),
    )
    expect(mediaType).toBe('image/gif')
    expect(await sharp(bytes, { animated: true }).metadata()).toMatchObject({ pages: 3, delay, loop: 0 })
  })

  test('keeps one window', async () => {
    const request = requestFor(grayImage(1, 1, words16), [wordsOf(0), wordsOf(500), wordsOf(1000)], {
      mediaType: 'image/webp',
      parameters: { quality: 100 },
    })
    const { bytes } = await renderFrames(request)
    const pages = await sharp(bytes, { animated: true }).extractChannel(0).raw().toBuffer()
    expect(Math.abs((pages[1] as number) - 128)).toBeLessThan(4)
  })
})

describe('annotation (PS3.18 §8.3.5.1.1)', () => {
  const image = grayImage(200, 100, {
    [tags.PatientName]: of('PN', { Alphabetic: 'Müller^Łukasz' }),
    [tags.StudyDate]: of('DA', '20260102'),
  })

  test('is white text at the top: the patient left, the technique right', async () => {
    const ink = async (annotation: readonly ('patient' | 'technique')[]): Promise<number[]> => {
      const { data, width } = await drawn(image, new Uint8Array(20_000), { parameters: { annotation } })
      const half = (left: boolean): number => data.filter((v, i) => v > 100 && i % width < width / 2 === left).length
      return [half(true), half(false)]
    }
    const [patientLeft, patientRight] = (await ink(['patient'])) as [number, number]
    expect(patientLeft).toBeGreaterThan(30)
    expect(patientRight).toBe(0)
    const [techniqueLeft, techniqueRight] = (await ink(['technique'])) as [number, number]
    expect(techniqueRight).toBeGreaterThan(30)
    expect(techniqueLeft).toBe(0)
    expect(await ink([])).toEqual([0, 0])
  })
})

describe('bounds', () => {
  test('too many pixels are refused before anything is read', async () => {
    const request = requestFor(grayImage(65_535, 65_535), [new Uint8Array(0)])
    const decode = () => Promise.reject(new Error('decoded'))
    await expect(renderFrames(request, decode)).rejects.toMatchObject({ code: 'unsupported' })
    const viewport = { width: 100_000, height: 100_000 }
    await expect(
      renderFrames({ ...requestFor(grayImage(1, 1), [Uint8Array.of(0)]), parameters: { viewport } }, decode),
    ).rejects.toMatchObject({ code: 'unsupported' })
  })

  test.each([
    ['image/jpeg', 70_000, 0],
    ['image/webp', 17_000, 0],
    ['image/png', 40_000, 1],
  ])('%s of %d pixels a side is refused', async (mediaType, width, annotated) => {
    const parameters = {
      viewport: { width, height: 100 },
      ...(annotated === 1 && { annotation: ['patient'] as const }),
    }
    const image = grayImage(width / 10, 1, { [tags.PatientID]: of('LO', 'X') })
    const request = requestFor(image, [new Uint8Array(width / 10)], { mediaType, parameters })
    await expect(renderFrames(request)).rejects.toMatchObject({ code: 'unsupported' })
  })

  test('animations hold fewer pixels than images', async () => {
    const frames = Array.from({ length: 300 }, () => new Uint8Array(0))
    await expect(
      renderFrames(requestFor(grayImage(512, 512), frames, { mediaType: 'image/gif' })),
    ).rejects.toMatchObject({
      code: 'unsupported',
    })
  })

  test('a frame of another size is damage', async () => {
    const request = requestFor(grayImage(2, 1), [Uint8Array.of(0, 0)])
    const decode = async (frame: Parameters<NonNullable<Parameters<typeof renderFrames>[1]>>[0]) => ({
      ...frame,
      description: { ...frame.description, rows: 9 },
    })
    await expect(renderFrames(request, decode)).rejects.toMatchObject({ code: 'damaged' })
  })

  test('missing bytes are damage', async () => {
    await expect(drawn(grayImage(2, 2), Uint8Array.of(0))).rejects.toMatchObject({ code: 'damaged' })
  })
})
