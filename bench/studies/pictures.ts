import { encodeFrame } from '@sansfilm/codecs'
import {
  type PixelDescription,
  type SopClass,
  sopClasses,
  type TransferSyntax,
  transferSyntaxes,
} from '@sansfilm/dicom'
import type { Values } from './attributes.ts'
import { ctSlice } from './ct.ts'
import { planImage } from './image.ts'
import type { InstancePlan } from './made-instance.ts'
import { patientAndStudy } from './patient.ts'
import { phantom } from './phantom.ts'
import { nextUid } from './uids.ts'

/** What all pictures of one kind have in common. */
interface PictureKind {
  readonly sopClass: SopClass
  readonly modality: string
  readonly columns: number
  readonly rows: number
  readonly values: (n: number) => Values
}

const ct: PictureKind = {
  sopClass: sopClasses.CTImageStorage,
  modality: 'CT',
  columns: 512,
  rows: 512,
  values: (n) => ctSlice(n, nextUid()),
}

/** 13.6 million pixels. */
const mammogram: PictureKind = {
  sopClass: sopClasses.DigitalMammographyXRayImageStorageForPresentation,
  modality: 'MG',
  columns: 3328,
  rows: 4096,
  values: () => ({ WindowCenter: 1100, WindowWidth: 900, ImageLaterality: 'L', ViewPosition: 'CC' }),
}

/** 7.5 MB. */
const radiograph: PictureKind = {
  sopClass: sopClasses.ComputedRadiographyImageStorage,
  modality: 'CR',
  columns: 1760,
  rows: 2140,
  values: () => ({ WindowCenter: 1100, WindowWidth: 900, BodyPartExamined: 'CHEST', ViewPosition: 'PA' }),
}

/** Studies of one CT slice each, as many as a study list shows. */
export const planListedStudies = (count: number): readonly InstancePlan[] =>
  Array.from({ length: count }, (_, n) => planPicture(ct, n))

export const planMammograms = (count: number): readonly InstancePlan[] =>
  Array.from({ length: count }, (_, n) => planPicture(mammogram, n))

/** An instance in a compressed transfer syntax, and what a decoder must make of its frame. */
export interface CompressedPlan {
  readonly plan: InstancePlan
  readonly samples: () => Buffer
}

export const planCompressedCt = (count: number, transferSyntax: TransferSyntax): Promise<readonly CompressedPlan[]> =>
  planCompressed(ct, count, transferSyntax)

export const planCompressedRadiographs = (
  count: number,
  transferSyntax: TransferSyntax,
): Promise<readonly CompressedPlan[]> => planCompressed(radiograph, count, transferSyntax)

async function planCompressed(
  kind: PictureKind,
  count: number,
  transferSyntax: TransferSyntax,
): Promise<readonly CompressedPlan[]> {
  const { columns, rows } = kind
  const plans: CompressedPlan[] = []
  for (let n = 0; n < count; n++) {
    const samples = () => phantom(columns, rows, n)
    const frame = { transferSyntax: native, description: describe(kind), bytes: samples() }
    const { bytes } = await encodeFrame(frame, transferSyntax.uid)
    plans.push({ plan: planPicture(kind, n, { transferSyntax, frame: () => Buffer.from(bytes) }), samples })
  }
  return plans
}

const native = transferSyntaxes.ExplicitVRLittleEndian.uid

/** As `planImage` describes it. */
const describe = ({ columns, rows }: PictureKind): PixelDescription => ({
  rows,
  columns,
  samplesPerPixel: 1,
  photometricInterpretation: 'MONOCHROME2',
  planarConfiguration: 0,
  bitsAllocated: 16,
  bitsStored: 12,
  highBit: 11,
  pixelRepresentation: 0,
  samples: 'integer',
})

function planPicture(
  { sopClass, modality, columns, rows, values }: PictureKind,
  n: number,
  coded: { readonly transferSyntax?: TransferSyntax; readonly frame?: () => Buffer } = {},
): InstancePlan {
  return planImage({
    sopClass,
    study: nextUid(),
    series: nextUid(),
    rows,
    columns,
    frames: 1,
    bitsAllocated: 16,
    frame: () => phantom(columns, rows, n),
    // Of a name that no other key looks for.
    values: { ...patientAndStudy(modality, 'Pictures', modality), PatientName: `Phantom^${n}`, ...values(n) },
    ...coded,
  })
}
