import { describe, expect, test } from '@jest/globals'
import { type Dataset, tags } from '@sansfilm/dicom'
import { drawn, grayImage, of } from '../testing/images.ts'

//  10 20 30
//  40 50 60
const image = grayImage(3, 2)
const pixels = Uint8Array.of(10, 20, 30, 40, 50, 60)

const show = async (presentation: Dataset, more: Dataset = {}): Promise<readonly number[]> => [
  ...(await drawn({ ...image, ...more }, pixels, { presentation })).data,
]
const named = of('SQ', { [tags.ReferencedSOPInstanceUID]: of('UI', '1.2.3') })
const other = of('SQ', { [tags.ReferencedSOPInstanceUID]: of('UI', '9.9.9') })

describe('grays of a presentation state (PS3.4 §N.2.1)', () => {
  const window = (center: number) => ({
    [tags.WindowCenter]: of('DS', center),
    [tags.WindowWidth]: of('DS', 20),
    [tags.VOILUTFunction]: of('CS', 'LINEAR_EXACT'),
  })

  test('its identities replace what the image says', async () => {
    const said = {
      [tags.RescaleSlope]: of('DS', 3),
      ...window(1000),
      [tags.PhotometricInterpretation]: of('CS', 'MONOCHROME1'),
    }
    expect(await show({ [tags.PresentationLUTShape]: of('CS', 'IDENTITY') }, said)).toEqual([...pixels])
  })

  test('its window for this image, and its shape', async () => {
    const state = {
      [tags.SoftcopyVOILUTSequence]: of(
        'SQ',
        { [tags.ReferencedImageSequence]: other, ...window(9) },
        { [tags.ReferencedImageSequence]: named, ...window(30) },
      ),
      [tags.PresentationLUTShape]: of('CS', 'INVERSE'),
    }
    expect(await show(state)).toEqual([255, 255, 128, 0, 0, 0])
  })

  test('pseudo colours', async () => {
    const red = (...values: number[]) => of('OW', ...values)
    const state = {
      [tags.RedPaletteColorLookupTableDescriptor]: of('US', 2, 0, 8),
      [tags.GreenPaletteColorLookupTableDescriptor]: of('US', 2, 0, 8),
      [tags.BluePaletteColorLookupTableDescriptor]: of('US', 2, 0, 8),
      [tags.RedPaletteColorLookupTableData]: red(1, 200),
      [tags.GreenPaletteColorLookupTableData]: red(2, 100),
      [tags.BluePaletteColorLookupTableData]: red(3, 0),
      [tags.SoftcopyVOILUTSequence]: of('SQ', window(30)),
    }
    expect((await show(state)).slice(3, 9)).toEqual([1, 2, 3, 200, 100, 0])
  })
})

describe('where the image is seen (PS3.3 §C.10.4, §C.10.6)', () => {
  const area = (x1: number, y1: number, x2: number, y2: number, more: Dataset = {}) => ({
    [tags.DisplayedAreaSelectionSequence]: of('SQ', {
      [tags.DisplayedAreaTopLeftHandCorner]: of('SL', x1, y1),
      [tags.DisplayedAreaBottomRightHandCorner]: of('SL', x2, y2),
      ...more,
    }),
  })

  test('an area', async () => {
    expect(await show(area(2, 1, 3, 2))).toEqual([20, 30, 50, 60])
  })

  test('an area beyond the image is black there', async () => {
    expect(await show(area(0, 2, 2, 3))).toEqual([0, 40, 50, 0, 0, 0])
  })

  test('turned, then flipped', async () => {
    expect(await show({ [tags.ImageRotation]: of('US', 90), [tags.ImageHorizontalFlip]: of('CS', 'Y') })).toEqual([
      10, 40, 20, 50, 30, 60,
    ])
  })

  test('an area of a turned image, its corners as they are then', async () => {
    expect(await show({ ...area(1, 2, 2, 1), [tags.ImageRotation]: of('US', 90) })).toEqual([40, 10, 50, 20])
  })

  test('magnified, and fitted to a viewport', async () => {
    const magnified = {
      [tags.PresentationSizeMode]: of('CS', 'MAGNIFY'),
      [tags.PresentationPixelMagnificationRatio]: of('FL', 4),
    }
    expect(await drawn(image, pixels, { presentation: area(1, 1, 3, 2, magnified) })).toMatchObject({
      width: 12,
      height: 8,
    })
    const parameters = { viewport: { width: 30, height: 30 } }
    expect(await drawn(image, pixels, { presentation: area(1, 1, 3, 2), parameters })).toMatchObject({
      width: 30,
      height: 20,
    })
  })

  test('an area without the image is damage', async () => {
    await expect(show(area(10, 10, 20, 20))).rejects.toMatchObject({ code: 'damaged' })
  })
})

describe('shutters (PS3.3 §C.7.6.11)', () => {
  const gray = { [tags.ShutterPresentationValue]: of('US', 65_535) }

  test('a rectangle', async () => {
    const edges = {
      [tags.ShutterLeftVerticalEdge]: of('IS', 2),
      [tags.ShutterRightVerticalEdge]: of('IS', 3),
      [tags.ShutterUpperHorizontalEdge]: of('IS', 2),
      [tags.ShutterLowerHorizontalEdge]: of('IS', 2),
    }
    expect(await show({ [tags.ShutterShape]: of('CS', 'RECTANGULAR'), ...edges, ...gray })).toEqual([
      255, 255, 255, 255, 50, 60,
    ])
  })

  test('a circle and a polygon at once', async () => {
    const both = {
      [tags.ShutterShape]: of('CS', 'CIRCULAR', 'POLYGONAL'),
      [tags.CenterOfCircularShutter]: of('IS', 1, 2),
      [tags.RadiusOfCircularShutter]: of('IS', 1),
      [tags.VerticesOfThePolygonalShutter]: of('IS', 0, 0, 0, 4, 3, 4, 3, 0),
    }
    expect(await show(both)).toEqual([10, 20, 30, 0, 50, 0])
  })

  test.each(['CIRCULAR', 'POLYGONAL', 'BITMAP', 'OVAL'])('%s without its attributes hides nothing', async (shape) => {
    expect(await show({ [tags.ShutterShape]: of('CS', shape) })).toEqual([...pixels])
  })

  test('a bitmap', async () => {
    const state = {
      ...overlay('6002', 0b001_010),
      [tags.ShutterShape]: of('CS', 'BITMAP'),
      [tags.ShutterOverlayGroup]: of('US', 0x6002),
      [tags.ShutterPresentationColorCIELabValue]: of('US', 0, 32_896, 32_896),
    }
    expect(await show(state)).toEqual([10, 0, 30, 0, 50, 60])
  })
})

function overlay(group: string, bits: number, more: Dataset = {}): Dataset {
  return {
    [`${group}0010`]: of('US', 2),
    [`${group}0011`]: of('US', 3),
    [`${group}0050`]: of('SS', 1, 1),
    [`${group}0100`]: of('US', 1),
    [`${group}0102`]: of('US', 0),
    [`${group}3000`]: { vr: 'OB', InlineBinary: Buffer.of(bits, 0).toString('base64') },
    ...more,
  }
}

describe('overlays (PS3.3 §C.9.2, §C.11.7)', () => {
  const active = (group: string) => ({ [`${group}1001`]: of('CS', 'LAYER') })

  test('of the image, where the state activates them', async () => {
    expect(await show(active('6000'), overlay('6000', 0b000_101))).toEqual([255, 20, 255, 40, 50, 60])
    expect(await show(active('6004'), overlay('6000', 0b000_101))).toEqual([...pixels])
    expect(await show({}, overlay('6000', 0b000_101))).toEqual([...pixels])
  })

  test('of the state itself, in the gray of their layer', async () => {
    const layers = {
      [tags.GraphicLayerSequence]: of('SQ', {
        [tags.GraphicLayer]: of('CS', 'LAYER'),
        [tags.GraphicLayerRecommendedDisplayGrayscaleValue]: of('US', 25_700),
      }),
    }
    expect(await show({ ...overlay('6000', 0b100_000), ...active('6000'), ...layers })).toEqual([
      10, 20, 30, 40, 50, 100,
    ])
  })

  test('moved by their origin', async () => {
    const moved = { '60000050': of('SS', 0, 2) }
    expect(await show(active('6000'), overlay('6000', 0b001_000, moved))).toEqual([10, 255, 30, 40, 50, 60])
  })

  test('in bits that the pixels leave over', async () => {
    const embedded: Dataset = {
      [tags.BitsStored]: of('US', 6),
      [tags.HighBit]: of('US', 5),
      '60000010': of('US', 2),
      '60000011': of('US', 3),
      '60000100': of('US', 8),
      '60000102': of('US', 7),
    }
    const bytes = Uint8Array.of(0b1000_0000, 0, 0, 0, 0, 0b0111_1111)
    const { data } = await drawn({ ...image, ...embedded }, bytes, { presentation: active('6000') })
    expect([...data]).toEqual([255, 0, 0, 0, 0, 255])
  })

  test('of the frame that they are for', async () => {
    const later = { '60000015': of('IS', 1), '60000051': of('US', 2) }
    expect(await show(active('6000'), overlay('6000', 0b111_111, later))).toEqual([...pixels])
  })
})

describe('graphics (PS3.3 §C.10.5)', () => {
  const blank = new Uint8Array(100 * 100)
  const canvas = grayImage(100, 100)
  const annotation = (item: Dataset) => ({
    [tags.GraphicAnnotationSequence]: of('SQ', { [tags.GraphicLayer]: of('CS', 'L'), ...item }),
  })
  const graphic = (type: string, data: number[], more: Dataset = {}) =>
    annotation({
      [tags.GraphicObjectSequence]: of('SQ', {
        [tags.GraphicAnnotationUnits]: of('CS', 'PIXEL'),
        [tags.GraphicType]: of('CS', type),
        [tags.GraphicData]: of('FL', ...data),
        ...more,
      }),
    })
  const at = async (presentation: Dataset, ...places: (readonly [number, number])[]): Promise<number[]> => {
    const { data, channels } = await drawn(canvas, blank, { presentation })
    return places.map(([x, y]) => data[(y * 100 + x) * channels] as number)
  }

  test('a line, and nothing beside it', async () => {
    const [on, off] = (await at(graphic('POLYLINE', [10, 50.5, 90, 50.5]), [50, 50], [50, 60])) as [number, number]
    expect(on).toBeGreaterThan(200)
    expect(off).toBe(0)
  })

  test('a circle by its centre and a point on it', async () => {
    const [centre, edge] = (await at(graphic('CIRCLE', [50, 50, 80.5, 50]), [50, 50], [80, 50])) as [number, number]
    expect(edge).toBeGreaterThan(150)
    expect(centre).toBe(0)
  })

  test('a filled ellipse by the ends of its axes', async () => {
    const filled = graphic('ELLIPSE', [10, 50, 90, 50, 50, 40, 50, 60], { [tags.GraphicFilled]: of('CS', 'Y') })
    expect(await at(filled, [50, 50], [20, 50], [50, 70])).toEqual([255, 255, 0])
  })

  test('shares of the displayed area', async () => {
    const display = graphic('POLYLINE', [0, 0.505, 1, 0.505], { [tags.GraphicAnnotationUnits]: of('CS', 'DISPLAY') })
    expect((await at(display, [50, 50]))[0]).toBeGreaterThan(200)
  })

  test('colours of the layer make colours of the picture', async () => {
    const layers = {
      [tags.GraphicLayerSequence]: of('SQ', {
        [tags.GraphicLayer]: of('CS', 'L'),
        [tags.GraphicLayerRecommendedDisplayCIELabValue]: of('US', 35_581, 53_662, 50_858),
      }),
    }
    const presentation = { ...graphic('POLYLINE', [10, 50.5, 90, 50.5]), ...layers }
    const { data, channels } = await drawn(canvas, blank, { presentation })
    expect(channels).toBe(3)
    const [red, green, blue] = data.subarray((50 * 100 + 50) * 3) as unknown as [number, number, number]
    expect(red).toBeGreaterThan(200)
    expect(green + blue).toBeLessThan(60)
  })

  test('text, where its box begins', async () => {
    const text = annotation({
      [tags.TextObjectSequence]: of('SQ', {
        [tags.UnformattedTextValue]: of('ST', 'HHHH'),
        [tags.BoundingBoxAnnotationUnits]: of('CS', 'PIXEL'),
        [tags.BoundingBoxTopLeftHandCorner]: of('FL', 20, 30),
        [tags.BoundingBoxBottomRightHandCorner]: of('FL', 60, 40),
      }),
    })
    const { data } = await drawn(canvas, blank, { presentation: text })
    const lit = [...data.keys()].filter((i) => (data[i] as number) > 150)
    expect(lit.length).toBeGreaterThan(30)
    expect(lit.every((i) => i % 100 >= 20 && i / 100 >= 29 && i / 100 < 45)).toBe(true)
  })

  test.each([
    ['POLYLINE', []],
    ['CIRCLE', [1, 2]],
    ['ELLIPSE', [1, 2, 3, 4]],
    ['INTERPOLATED', [Number.NaN, 1]],
    ['SPIRAL', [1, 2, 3, 4]],
  ])('%s of %j draws nothing', async (type, data) => {
    expect((await drawn(canvas, blank, { presentation: graphic(type, data) })).data.every((v) => v === 0)).toBe(true)
  })
})
