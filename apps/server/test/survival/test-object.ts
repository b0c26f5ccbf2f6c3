import { createHash } from 'node:crypto'
import {
  type Dataset,
  generateUid,
  sopClasses,
  type TransferSyntax,
  tags,
  transferSyntaxes,
  writePart10Buffer,
} from '@sansfilm/dicom'

/** In the name and the ID of every patient here, and in no line of the log. */
export const patientMark = 'SURVIVAL'

/** The UIDs that lead to an instance. */
export interface Identity {
  readonly study: string
  readonly series: string
  readonly instance: string
}

/** An instance as it is sent, and what tells whether it comes back. */
export interface TestObject extends Identity {
  readonly bytes: Buffer
  readonly sha256: string
}

/** What an object is made of; the rest is made up. */
export interface TestObjectOptions extends Partial<Identity> {
  readonly modality?: string
  readonly description?: string
  /** Its Pixel Data, of even length. */
  readonly pixels?: Buffer
  /** One without encapsulation; Explicit VR Little Endian by default. */
  readonly transferSyntax?: TransferSyntax
}

/** A Secondary Capture. */
export function makeObject({
  study = generateUid(),
  series = generateUid(),
  instance = generateUid(),
  modality = 'OT',
  description = 'Made for a test',
  pixels = Buffer.alloc(64),
  transferSyntax = transferSyntaxes.ExplicitVRLittleEndian,
}: TestObjectOptions = {}): TestObject {
  const bytes = writePart10Buffer({
    transferSyntax,
    dataset: {
      ...identifying({ study, series, instance }, modality),
      [tags.StudyDescription]: { vr: 'LO', Value: [description] },
      [tags.PixelData]: { vr: 'OW', BulkDataURI: 'pixels' },
    },
    bulkData: () => ({ length: pixels.length, bytes: [Buffer.from(pixels)] }),
  })
  return { study, series, instance, bytes, sha256: sha256(bytes) }
}

/** The attributes every object here has. */
export function identifying({ study, series, instance }: Identity, modality = 'OT'): Dataset {
  return {
    [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.SecondaryCaptureImageStorage.uid] },
    [tags.SOPInstanceUID]: { vr: 'UI', Value: [instance] },
    [tags.StudyDate]: { vr: 'DA', Value: ['20260102'] },
    [tags.Modality]: { vr: 'CS', Value: [modality] },
    [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: `${patientMark}^Nobody` }] },
    [tags.PatientID]: { vr: 'LO', Value: [`${patientMark}-ID`] },
    [tags.StudyInstanceUID]: { vr: 'UI', Value: [study] },
    [tags.SeriesInstanceUID]: { vr: 'UI', Value: [series] },
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
