import type { Attribute, Dataset } from '../dataset.ts'
import { stringOf } from '../dataset.ts'
import { DatasetError } from '../dataset-error.ts'
import { tags } from '../dictionary/dictionary.ts'
import type { Tag } from '../tag.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import type { Uid } from '../uid.ts'
import { implementation } from './implementation.ts'
import { writeDataset } from './write-dataset.ts'
import { PieceWriter } from './write-pieces.ts'

const encoding = { explicitVR: true, encapsulated: false, bulkData: () => undefined }

/**
 * Preamble, prefix and group 0002 for a data set. Of `given` everything is kept that does not say how this file is written.
 * @throws DatasetError where the SOP Class or SOP Instance UID is in neither
 * @see PS3.10 §7.1
 */
export function encodeFileMeta(dataset: Dataset, given: Dataset, transferSyntax: TransferSyntax): Buffer {
  const meta: Dataset = {
    ...given,
    [tags.FileMetaInformationVersion]: { vr: 'OB', InlineBinary: Buffer.of(0, 1).toString('base64') },
    [tags.MediaStorageSOPClassUID]: uid(sopUid(dataset, tags.SOPClassUID, given, tags.MediaStorageSOPClassUID)),
    [tags.MediaStorageSOPInstanceUID]: uid(
      sopUid(dataset, tags.SOPInstanceUID, given, tags.MediaStorageSOPInstanceUID),
    ),
    [tags.TransferSyntaxUID]: uid(transferSyntax.uid),
    [tags.ImplementationClassUID]: uid(implementation.classUid),
    [tags.ImplementationVersionName]: { vr: 'SH', Value: [implementation.versionName] },
  }
  const out = new PieceWriter(false)
  writeDataset(out, meta, encoding)
  // Without bulk data every piece is bytes.
  return withPreamble(Buffer.concat(out.take().filter((piece) => piece instanceof Uint8Array)))
}

/** Puts preamble, prefix and group length before the other elements of group 0002, which are in Explicit VR Little Endian. */
export function withPreamble(elements: Buffer, preamble: Uint8Array = new Uint8Array(128)): Buffer {
  const head = Buffer.from('DICM\x02\0\0\0UL\x04\0\0\0\0\0', 'latin1')
  head.writeUInt32LE(elements.length, 12)
  return Buffer.concat([preamble, head, elements])
}

function sopUid(dataset: Dataset, tag: Tag, given: Dataset, metaTag: Tag): Uid {
  const found = stringOf(dataset, tag) ?? stringOf(given, metaTag)
  if (found === undefined || found === '') throw new DatasetError('malformed', [tag], 'The attribute is missing')
  return found
}

function uid(value: Uid): Attribute {
  return { vr: 'UI', Value: [value] }
}
