import type { Dataset } from '@sansfilm/dicom'
import { sopClasses, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { code, datasetOf } from '../dataset-of.ts'
import { commonAttributes, headStudy } from '../patient.ts'
import { sampleUid } from '../sample-uid.ts'
import { drawSlice } from './draw-slice.ts'
import { geometry } from './geometry.ts'

const { rows, columns, pixelSpacing, sliceSpacing, origin } = geometry

/** Stored values are unsigned with 12 bits: Hounsfield units less this. */
const rescaleIntercept = -1024
const largestStored = 4095

const series = { name: 'ct', number: 2, modality: 'CT' }

/** A slice as others refer to it. */
export function sliceUid(slice: number): string {
  return sampleUid(`head ct slice ${slice}`)
}

/** The slice (from 0) that lies nearest to `z`, mm. */
export function sliceAt(z: number): number {
  return Math.round((z - origin.z) / sliceSpacing)
}

/** Column and row of a place: 0 at the outer corner of the first pixel, so its centre is 0.5 (PS3.3 §C.18.6.1). */
export function pixelAt(x: number, y: number): readonly [column: number, row: number] {
  return [(x - origin.x) / pixelSpacing + 0.5, (y - origin.y) / pixelSpacing + 0.5]
}

/** The file of one slice, from 0 at the bottom. @see PS3.3 §A.3 */
export function drawHeadSlice(slice: number): Buffer {
  const pixels = storedPixels(drawSlice(slice))
  return writePart10Buffer({
    dataset: sliceAttributes(slice),
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
    bulkData: () => ({ length: pixels.length, bytes: [pixels] }),
  })
}

function storedPixels(image: Float32Array): Buffer {
  const bytes = Buffer.alloc(image.length * 2)
  for (let i = 0; i < image.length; i++) {
    const value = Math.round((image[i] as number) - rescaleIntercept) // `i` is in the image
    const stored = Math.min(largestStored, Math.max(0, value))
    bytes[2 * i] = stored & 255
    bytes[2 * i + 1] = stored >> 8
  }
  return bytes
}

function sliceAttributes(slice: number): Dataset {
  const z = origin.z + slice * sliceSpacing
  return {
    ...commonAttributes(headStudy, series),
    ...datasetOf({
      ImageType: ['ORIGINAL', 'PRIMARY', 'AXIAL'],
      SOPClassUID: sopClasses.CTImageStorage.uid,
      SOPInstanceUID: sliceUid(slice),
      AcquisitionDate: headStudy.date,
      AcquisitionTime: headStudy.time,
      SeriesDescription: 'Axial 2 mm',
      ProcedureCodeSequence: [code('CTHEAD', '99SANSFILM', 'CT of the head')],
      BodyPartExamined: 'HEAD',
      SliceThickness: sliceSpacing,
      KVP: 120,
      SpacingBetweenSlices: sliceSpacing,
      DataCollectionDiameter: columns * pixelSpacing,
      ReconstructionDiameter: columns * pixelSpacing,
      GantryDetectorTilt: 0,
      ConvolutionKernel: 'SMOOTH',
      PatientPosition: 'HFS',
      AcquisitionNumber: 1,
      InstanceNumber: slice + 1,
      ImagePositionPatient: [origin.x, origin.y, z],
      ImageOrientationPatient: [1, 0, 0, 0, 1, 0],
      FrameOfReferenceUID: sampleUid('head frame of reference'),
      PositionReferenceIndicator: undefined,
      SliceLocation: z,
      ImageComments: 'Drawn by a program',
      SamplesPerPixel: 1,
      PhotometricInterpretation: 'MONOCHROME2',
      Rows: rows,
      Columns: columns,
      PixelSpacing: [pixelSpacing, pixelSpacing],
      BitsAllocated: 16,
      BitsStored: 12,
      HighBit: 11,
      PixelRepresentation: 0,
      WindowCenter: [36, 80, 500],
      WindowWidth: [80, 200, 2500],
      RescaleIntercept: rescaleIntercept,
      RescaleSlope: 1,
      RescaleType: 'HU',
      WindowCenterWidthExplanation: ['BRAIN', 'SUBDURAL', 'BONE'],
    }),
    [tags.PixelData]: { vr: 'OW', BulkDataURI: 'pixels' },
  }
}
