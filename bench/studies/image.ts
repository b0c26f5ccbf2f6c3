import { type BulkDataSource, bytesSource, type SopClass, type TransferSyntax, transferSyntaxes } from '@sansfilm/dicom'
import { datasetOf, type Values } from './attributes.ts'
import type { InstancePlan } from './made-instance.ts'
import { noise } from './noise.ts'
import { nextUid } from './uids.ts'

/** The pixels of an image, and what it is called. */
export interface ImagePlan {
  readonly sopClass: SopClass
  readonly study: string
  readonly series: string
  readonly rows: number
  readonly columns: number
  readonly frames: number
  readonly bitsAllocated: 8 | 16
  readonly samples?: 1 | 3
  readonly values: Values
  /** Frames as they lie in the file; noise by default. */
  readonly frame?: (n: number) => Buffer
  readonly transferSyntax?: TransferSyntax
}

/** Completes an image by what every image has. */
export function planImage(image: ImagePlan): InstancePlan {
  const { sopClass, study, series, rows, columns, frames, bitsAllocated, samples = 1, values } = image
  const { transferSyntax = transferSyntaxes.ExplicitVRLittleEndian } = image
  const frameBytes = (rows * columns * samples * bitsAllocated) / 8
  const frame = image.frame ?? ((n: number) => noise(frameBytes, n))
  const instance = nextUid()
  const dataset = datasetOf({
    SOPClassUID: sopClass.uid,
    SOPInstanceUID: instance,
    StudyInstanceUID: study,
    SeriesInstanceUID: series,
    SamplesPerPixel: samples,
    PhotometricInterpretation: samples === 3 ? 'RGB' : 'MONOCHROME2',
    ...(samples === 3 ? { PlanarConfiguration: 0 } : {}),
    ...(frames > 1 ? { NumberOfFrames: frames } : {}),
    Rows: rows,
    Columns: columns,
    BitsAllocated: bitsAllocated,
    BitsStored: bitsAllocated === 16 ? 12 : 8,
    HighBit: bitsAllocated === 16 ? 11 : 7,
    PixelRepresentation: 0,
    ...values,
  })
  const pixels: BulkDataSource = transferSyntax.encapsulated
    ? { frames: Array.from({ length: frames }, (_, n) => [bytesSource(frame(n))]) }
    : { length: frames * frameBytes, bytes: framesInTurn(frame, frames) }
  return { study, series, instance, dataset, transferSyntax, pixels, frame, frames }
}

function* framesInTurn(frame: (n: number) => Buffer, frames: number): Iterable<Buffer> {
  for (let n = 0; n < frames; n++) yield frame(n)
}
