import { sopClasses, type TransferSyntax, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'

/** Values of a small instance; the rest is made up. */
export interface TinyInstance {
  readonly study?: string
  readonly series?: string
  readonly instance?: string
  readonly patientName?: string
  readonly patientID?: string
  readonly modality?: string
  readonly description?: string
  /** Bytes of pixel data, zeros. */
  readonly pixels?: number
  /** One without encapsulation; Explicit VR Little Endian by default. */
  readonly transferSyntax?: TransferSyntax
}

let count = 0

/** A Secondary Capture as a Part 10 file; each has a SOP Instance UID of its own. */
export function tinyInstance({
  study = '2.25.1',
  series = '2.25.2',
  instance = `2.25.3.${process.pid}.${++count}`,
  patientName = 'SAMPLE^Tiny',
  patientID = 'TINY',
  modality = 'OT',
  description = 'Made for a test',
  pixels = 64,
  transferSyntax = transferSyntaxes.ExplicitVRLittleEndian,
}: TinyInstance = {}): Uint8Array {
  return writePart10Buffer({
    transferSyntax,
    dataset: {
      [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.SecondaryCaptureImageStorage.uid] },
      [tags.SOPInstanceUID]: { vr: 'UI', Value: [instance] },
      [tags.StudyDate]: { vr: 'DA', Value: ['20260102'] },
      [tags.Modality]: { vr: 'CS', Value: [modality] },
      [tags.ConversionType]: { vr: 'CS', Value: ['SYN'] },
      [tags.StudyDescription]: { vr: 'LO', Value: [description] },
      [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: patientName }] },
      [tags.PatientID]: { vr: 'LO', Value: [patientID] },
      [tags.StudyInstanceUID]: { vr: 'UI', Value: [study] },
      [tags.SeriesInstanceUID]: { vr: 'UI', Value: [series] },
      [tags.PixelData]: { vr: 'OW', InlineBinary: Buffer.alloc(pixels).toString('base64') },
    },
  })
}
