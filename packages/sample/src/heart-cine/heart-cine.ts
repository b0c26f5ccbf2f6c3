import { sopClasses, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { datasetOf } from '../dataset-of.ts'
import { commonAttributes, heartStudy } from '../patient.ts'
import { sampleUid } from '../sample-uid.ts'
import { cine, drawFrame, sector } from './draw-frame.ts'

/** PS3.3 §C.8.5.5: 2D, tissue and flow, lengths in cm. */
const region = { twoD: 1, colourFlow: 2, centimetres: 3, centimetresPerPixel: 0.095 }

/** The file of the cine, in colour. @see PS3.3 §A.7 */
export function drawHeartCine(): Buffer {
  const frames = Array.from({ length: cine.frames }, (_, frame) => drawFrame(frame))
  const length = cine.frames * cine.rows * cine.columns * 3
  return writePart10Buffer({
    dataset: {
      ...commonAttributes(heartStudy, { name: 'cine', number: 1, modality: 'US' }),
      ...datasetOf({
        ImageType: ['ORIGINAL', 'PRIMARY'],
        SOPClassUID: sopClasses.UltrasoundMultiFrameImageStorage.uid,
        SOPInstanceUID: sampleUid('heart cine'),
        SeriesDescription: 'Four chambers with colour flow',
        BodyPartExamined: 'HEART',
        SequenceOfUltrasoundRegions: [
          datasetOf({
            RegionSpatialFormat: region.twoD,
            RegionDataType: region.colourFlow,
            RegionFlags: 0,
            RegionLocationMinX0: 0,
            RegionLocationMinY0: sector.y,
            RegionLocationMaxX1: cine.columns - 1,
            RegionLocationMaxY1: sector.y + sector.depth - 1,
            ReferencePixelX0: sector.x,
            ReferencePixelY0: 0,
            PhysicalUnitsXDirection: region.centimetres,
            PhysicalUnitsYDirection: region.centimetres,
            PhysicalDeltaX: region.centimetresPerPixel,
            PhysicalDeltaY: region.centimetresPerPixel,
          }),
        ],
        CineRate: Math.round(1000 / cine.frameTime),
        FrameTime: cine.frameTime,
        HeartRate: Math.round(60_000 / (cine.frames * cine.frameTime)),
        RecommendedDisplayFrameRate: Math.round(1000 / cine.frameTime),
        StartTrim: 1,
        StopTrim: cine.frames,
        PreferredPlaybackSequencing: 0,
        ActualFrameDuration: cine.frameTime,
        InstanceNumber: 1,
        PatientOrientation: undefined,
        SamplesPerPixel: 3,
        PhotometricInterpretation: 'RGB',
        PlanarConfiguration: 0,
        NumberOfFrames: cine.frames,
        FrameIncrementPointer: tags.FrameTime,
        Rows: cine.rows,
        Columns: cine.columns,
        UltrasoundColorDataPresent: 1,
        BitsAllocated: 8,
        BitsStored: 8,
        HighBit: 7,
        PixelRepresentation: 0,
        LossyImageCompression: '00',
      }),
      [tags.PixelData]: { vr: 'OB', BulkDataURI: 'pixels' },
    },
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
    bulkData: () => ({ length, bytes: frames }),
  })
}
