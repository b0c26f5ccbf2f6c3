import { generateUid, tags, transferSyntaxes, type VR, vrs } from '@sansfilm/dicom'

const chunkBytes = 1024 * 1024
const rows = 1024
const columns = 1024
const frameBytes = rows * columns

/** An instance that is made as it is read, so that neither side ever holds it. */
export interface LargeInstance {
  readonly length: number
  readonly study: string
  readonly series: string
  readonly instance: string
  bytes(): AsyncGenerator<Uint8Array, void>
}

/** A multi-frame secondary capture in Explicit VR Little Endian of about `size` bytes, at most 4 GiB. */
export function largeInstance(size: number): LargeInstance {
  const frames = Math.max(1, Math.floor(size / frameBytes))
  const [study, series, instance] = [generateUid(), generateUid(), generateUid()]
  const sopClass = '1.2.840.10008.5.1.4.1.1.7.2' // Multi-frame Grayscale Byte Secondary Capture Image Storage
  const text = (tag: string, vr: VR, value: string) => element(tag, vr, Buffer.from(value))
  const meta = Buffer.concat([
    text(tags.MediaStorageSOPClassUID, 'UI', sopClass),
    text(tags.MediaStorageSOPInstanceUID, 'UI', instance),
    text(tags.TransferSyntaxUID, 'UI', transferSyntaxes.ExplicitVRLittleEndian.uid),
  ])
  const header = Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    element(tags.FileMetaInformationGroupLength, 'UL', uint32(meta.length)),
    meta,
    text(tags.SOPClassUID, 'UI', sopClass),
    text(tags.SOPInstanceUID, 'UI', instance),
    text(tags.Modality, 'CS', 'OT'),
    text(tags.PatientID, 'LO', 'BENCH'),
    text(tags.StudyInstanceUID, 'UI', study),
    text(tags.SeriesInstanceUID, 'UI', series),
    element(tags.SamplesPerPixel, 'US', uint16(1)),
    text(tags.PhotometricInterpretation, 'CS', 'MONOCHROME2'),
    text(tags.NumberOfFrames, 'IS', String(frames)),
    element(tags.Rows, 'US', uint16(rows)),
    element(tags.Columns, 'US', uint16(columns)),
    element(tags.BitsAllocated, 'US', uint16(8)),
    element(tags.BitsStored, 'US', uint16(8)),
    element(tags.HighBit, 'US', uint16(7)),
    element(tags.PixelRepresentation, 'US', uint16(0)),
    elementHeader(tags.PixelData, 'OB', frames * frameBytes),
  ])
  return {
    length: header.length + frames * frameBytes,
    study,
    series,
    instance,
    async *bytes() {
      yield header
      const chunk = new Uint8Array(chunkBytes).map((_, i) => (i * 31) % 251)
      for (let left = frames * frameBytes; left > 0; left -= chunkBytes)
        yield chunk.subarray(0, Math.min(left, chunkBytes))
    },
  }
}

function element(tag: string, vr: VR, value: Buffer): Buffer {
  const padded = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.of(vrs[vr].padding)])
  return Buffer.concat([elementHeader(tag, vr, padded.length), padded])
}

/** PS3.5 §7.1.2 */
function elementHeader(tag: string, vr: VR, length: number): Buffer {
  const start = Buffer.concat([
    uint16(Number.parseInt(tag.slice(0, 4), 16)),
    uint16(Number.parseInt(tag.slice(4), 16)),
    Buffer.from(vr),
  ])
  return Buffer.concat(vrs[vr].longLength ? [start, uint16(0), uint32(length)] : [start, uint16(length)])
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
