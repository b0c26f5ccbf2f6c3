import { expect, test } from '@jest/globals'
import { AdapterError } from '@sansfilm/core/adapters'
import { type Attribute, type Dataset, type Tag, tags } from '@sansfilm/dicom'
import { renderFrames } from './render-frames.ts'
import { grayImage, of, requestFor, words16 } from './testing/images.ts'

/** Attributes that decide how an image is drawn, and may say anything in a file. */
const deciding: readonly Tag[] = [
  tags.PhotometricInterpretation,
  tags.PlanarConfiguration,
  tags.WindowCenter,
  tags.WindowWidth,
  tags.VOILUTFunction,
  tags.VOILUTSequence,
  tags.ModalityLUTSequence,
  tags.RescaleSlope,
  tags.RescaleIntercept,
  tags.PixelPaddingValue,
  tags.PixelPaddingRangeLimit,
  tags.PixelAspectRatio,
  tags.PixelSpacing,
  tags.PresentationLUTShape,
  tags.PresentationLUTSequence,
  tags.PixelPresentation,
  tags.RedPaletteColorLookupTableDescriptor,
  tags.RedPaletteColorLookupTableData,
  tags.GreenPaletteColorLookupTableDescriptor,
  tags.GreenPaletteColorLookupTableData,
  tags.BluePaletteColorLookupTableDescriptor,
  tags.SegmentedBluePaletteColorLookupTableData,
  tags.SegmentationType,
  tags.SegmentSequence,
  tags.MaximumFractionalValue,
  tags.PerFrameFunctionalGroupsSequence,
  tags.SharedFunctionalGroupsSequence,
  tags.FrameTime,
  tags.FrameTimeVector,
  tags.SoftcopyVOILUTSequence,
  tags.DisplayedAreaSelectionSequence,
  tags.ImageRotation,
  tags.ShutterShape,
  tags.CenterOfCircularShutter,
  tags.RadiusOfCircularShutter,
  tags.VerticesOfThePolygonalShutter,
  tags.ShutterOverlayGroup,
  tags.GraphicAnnotationSequence,
  tags.GraphicLayerSequence,
  tags.ICCProfile,
  tags.OpticalPathSequence,
  tags.PatientName,
  tags.StudyDate,
  '60000010',
  '60000011',
  '60000050',
  '60000100',
  '60000102',
  '60001001',
  '60003000',
]

const item: Dataset = {
  [tags.LUTDescriptor]: of('US', 0, 65_535, 99),
  [tags.LUTData]: of('US', 1),
  [tags.WindowWidth]: of('DS', 0),
  [tags.GraphicObjectSequence]: of('SQ', {
    [tags.GraphicType]: of('CS', 'CIRCLE'),
    [tags.GraphicData]: of('FL', 1e30, -1e30, 0, 1),
  }),
  [tags.TextObjectSequence]: of('SQ', {
    [tags.UnformattedTextValue]: of('ST', '<&"\u0000'),
    [tags.AnchorPoint]: of('FL', 1e30, 5),
  }),
  [tags.DisplayedAreaTopLeftHandCorner]: of('SL', -5, 1),
  [tags.DisplayedAreaBottomRightHandCorner]: of('SL', 3, 9),
}

const odd: readonly Attribute[] = [
  { vr: 'UN' },
  { vr: 'CS', Value: [] },
  of('CS', null),
  of('CS', 'NONSENSE'),
  of('CS', 'PALETTE COLOR'),
  of('CS', 'LABELMAP'),
  of('CS', 'COLOR', 'BITMAP', 'POLYGONAL', 'CIRCULAR', 'RECTANGULAR'),
  of('DS', 0),
  of('DS', -1),
  of('DS', 1e300),
  of('DS', 'NaN'),
  of('US', 65_535, 65_535, 65_535),
  of('US', 0, 0, 0),
  of('US', 1, 2, 16),
  of('SQ', {}),
  of('SQ', item),
  { vr: 'OB', InlineBinary: 'AAECAwQ=' },
  { vr: 'OB', InlineBinary: '' },
  { vr: 'OW', BulkDataURI: 'gone' },
]

/** Numbers that are the same on every run (Park and Miller). */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 48_271) % 2_147_483_647
    yield state
  }
}

test('attributes that say anything give a picture or an AdapterError, never another failure', async () => {
  const random = numbers(2026)
  const pick = <T>(from: readonly T[]): T => from[random.next().value % from.length] as T // not empty
  const scramble = (): Dataset => Object.fromEntries(Array.from({ length: 12 }, () => [pick(deciding), pick(odd)]))
  let drawn = 0
  for (let run = 0; run < 500; run++) {
    const image = grayImage(4, 3, { ...pick([{}, words16]), ...scramble() })
    const frames = pick([[new Uint8Array(24)], [new Uint8Array(24), new Uint8Array(24).fill(200)]])
    const request = requestFor(image, frames, {
      mediaType: frames.length === 1 ? pick(['image/png', 'image/jpeg']) : 'image/gif',
      parameters: pick([{}, { viewport: { width: 9, height: 7 } }, { annotation: ['patient', 'technique'] }]),
      ...pick([{}, { presentation: scramble() }]),
    })
    try {
      const { bytes } = await renderFrames(request)
      expect(bytes.length).toBeGreaterThan(0)
      drawn++
    } catch (error) {
      if (!(error instanceof AdapterError)) throw new Error(JSON.stringify(request.source.dataset), { cause: error })
    }
  }
  expect(drawn).toBeGreaterThan(150)
}, 60_000)
