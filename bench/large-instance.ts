import { generateUid, part10Length, sopClasses, tags, transferSyntaxes, type VR, writePart10 } from '@sansfilm/dicom'

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
  bytes(): AsyncIterable<Uint8Array>
}

/** A multi-frame secondary capture in Explicit VR Little Endian of about `size` bytes, at most 4 GiB. */
export function largeInstance(size: number): LargeInstance {
  const frames = Math.max(1, Math.floor(size / frameBytes))
  const [study, series, instance] = [generateUid(), generateUid(), generateUid()]
  const attribute = (vr: VR, value: string | number) => ({ vr, Value: [value] })
  const object = {
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
    dataset: {
      [tags.SOPClassUID]: attribute('UI', sopClasses.MultiFrameGrayscaleByteSecondaryCaptureImageStorage.uid),
      [tags.SOPInstanceUID]: attribute('UI', instance),
      [tags.Modality]: attribute('CS', 'OT'),
      [tags.PatientID]: attribute('LO', 'BENCH'),
      [tags.StudyInstanceUID]: attribute('UI', study),
      [tags.SeriesInstanceUID]: attribute('UI', series),
      [tags.SamplesPerPixel]: attribute('US', 1),
      [tags.PhotometricInterpretation]: attribute('CS', 'MONOCHROME2'),
      [tags.NumberOfFrames]: attribute('IS', frames),
      [tags.Rows]: attribute('US', rows),
      [tags.Columns]: attribute('US', columns),
      [tags.BitsAllocated]: attribute('US', 8),
      [tags.BitsStored]: attribute('US', 8),
      [tags.HighBit]: attribute('US', 7),
      [tags.PixelRepresentation]: attribute('US', 0),
      [tags.PixelData]: { vr: 'OB', BulkDataURI: 'pixels' },
    },
    bulkData: () => ({ length: frames * frameBytes, bytes: pixels(frames * frameBytes) }),
  } as const
  return { length: part10Length(object) ?? 0, study, series, instance, bytes: () => writePart10(object) }
}

function* pixels(length: number): Iterable<Uint8Array> {
  const chunk = new Uint8Array(chunkBytes).map((_, i) => (i * 31) % 251)
  for (let left = length; left > 0; left -= chunkBytes) yield chunk.subarray(0, Math.min(left, chunkBytes))
}
