import { type Keyword, lookupKeyword, transferSyntaxes } from '@sansfilm/dicom'

/** Values of a small instance; the rest is made up. */
export interface TinyInstance {
  readonly study?: string
  readonly series?: string
  readonly instance?: string
  readonly patientName?: string
  readonly description?: string
  /** Bytes of pixel data, zeros. */
  readonly pixels?: number
}

const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7'
let count = 0

/** A Secondary Capture as a Part 10 file in Explicit VR Little Endian; each has a SOP Instance UID of its own. */
export function tinyInstance({
  study = '2.25.1',
  series = '2.25.2',
  instance = `2.25.3.${process.pid}.${++count}`,
  patientName = 'SAMPLE^Tiny',
  description = 'Made for a test',
  pixels = 64,
}: TinyInstance = {}): Uint8Array {
  const meta = Buffer.concat([
    element('FileMetaInformationVersion', Buffer.from([0, 1])),
    element('MediaStorageSOPClassUID', secondaryCapture),
    element('MediaStorageSOPInstanceUID', instance),
    element('TransferSyntaxUID', transferSyntaxes.ExplicitVRLittleEndian.uid),
    element('ImplementationClassUID', '2.25.4'),
  ])
  const length = Buffer.alloc(4)
  length.writeUInt32LE(meta.length)
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element('FileMetaInformationGroupLength', length),
    meta,
    element('SpecificCharacterSet', 'ISO_IR 192'),
    element('SOPClassUID', secondaryCapture),
    element('SOPInstanceUID', instance),
    element('StudyDate', '20260102'),
    element('Modality', 'OT'),
    element('StudyDescription', description),
    element('PatientName', patientName),
    element('PatientID', 'TINY'),
    element('StudyInstanceUID', study),
    element('SeriesInstanceUID', series),
    element('PixelData', Buffer.alloc(pixels)),
  ])
}

const longForm = new Set(['OB', 'OW', 'SQ', 'UN', 'UT'])

/** @see PS3.5 §7.1.2 */
function element(keyword: Keyword, value: string | Uint8Array): Buffer {
  const { tag, vr } = lookupKeyword(keyword) ?? { tag: '', vr: '' }
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(vr === 'UI' ? '\0' : ' ')])
  const isLong = longForm.has(vr)
  const header = Buffer.alloc(isLong ? 12 : 8)
  header.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0)
  header.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2)
  header.write(vr, 4, 'latin1')
  if (isLong) header.writeUInt32LE(even.length, 8)
  else header.writeUInt16LE(even.length, 6)
  return Buffer.concat([header, even])
}
