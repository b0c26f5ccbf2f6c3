import { type Attribute, type Dataset, sopClasses, tags, type VR } from '@sansfilm/dicom'

/** What a test image is. */
export interface TestImage {
  readonly study?: string
  readonly series?: string
  readonly instance: string
  readonly rows?: number
  readonly columns?: number
  readonly frames?: number
  readonly bits?: 1 | 8 | 16
  /** Replaces or adds attributes; `undefined` takes one away. */
  readonly attributes?: Readonly<Record<string, Attribute | undefined>>
}

/** The data set of a grayscale image, without pixel data. */
export function imageDataset({
  study = '2.25.700',
  series = '2.25.701',
  instance,
  rows = 4,
  columns = 4,
  frames,
  bits = 8,
  attributes = {},
}: TestImage): Dataset {
  const dataset = {
    [tags.SOPClassUID]: one('UI', sopClasses.SecondaryCaptureImageStorage.uid),
    [tags.SOPInstanceUID]: one('UI', instance),
    [tags.Modality]: one('CS', 'OT'),
    [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'SAMPLE^Image' }] },
    [tags.PatientID]: one('LO', 'IMAGE'),
    [tags.StudyInstanceUID]: one('UI', study),
    [tags.SeriesInstanceUID]: one('UI', series),
    [tags.InstanceNumber]: one('IS', 1),
    [tags.SamplesPerPixel]: one('US', 1),
    [tags.PhotometricInterpretation]: one('CS', 'MONOCHROME2'),
    ...(frames !== undefined && { [tags.NumberOfFrames]: one('IS', frames) }),
    [tags.Rows]: one('US', rows),
    [tags.Columns]: one('US', columns),
    [tags.BitsAllocated]: one('US', bits),
    [tags.BitsStored]: one('US', bits),
    [tags.HighBit]: one('US', bits - 1),
    [tags.PixelRepresentation]: one('US', 0),
    ...attributes,
  }
  const present = Object.entries(dataset).filter(([, attribute]) => attribute !== undefined)
  return Object.fromEntries(present) as Dataset // what is undefined was left out
}

/** An attribute of one value. */
export function one(vr: VR, value: string | number): Attribute {
  return { vr, Value: [value] }
}

/** Bytes that differ from place to place. */
export function patternBytes(length: number, seed = 0): Buffer {
  return Buffer.from(Array.from({ length }, (_, i) => (i * 7 + seed * 13) % 251))
}
