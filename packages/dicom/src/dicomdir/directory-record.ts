import type { Attribute, Dataset } from '../dataset.ts'
import { itemsOf, stringOf } from '../dataset.ts'
import { DatasetError } from '../dataset-error.ts'
import { lookupTag, tags } from '../dictionary/dictionary.ts'
import { declareUtf8 } from '../part10/write-text.ts'
import { lookupSopClass } from '../sop-class.ts'
import type { Tag } from '../tag.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import { type FileId, isFileId } from './file-id.ts'
import { type RecordType, recordKeys } from './record-keys.ts'

/** An instance of the file-set. */
export interface DirectoryInstance {
  readonly fileId: FileId
  /** Of the file. */
  readonly transferSyntax: TransferSyntax
  /** At least its UIDs; of its other attributes those that records have. */
  readonly dataset: Dataset
}

/** Tells readers what our private records are (PS3.3 §F.5.27). */
const privateRecordUid = '2.25.156940922181428785253439096058533317323'

const inUse = 0xffff

/** The record of a patient, study or series that an instance belongs to. */
export function createRecord(type: RecordType, dataset: Dataset, further: Dataset = {}): Dataset {
  return declareUtf8({
    [tags.OffsetOfTheNextDirectoryRecord]: { vr: 'UL', Value: [0] },
    [tags.RecordInUseFlag]: { vr: 'US', Value: [inUse] },
    [tags.OffsetOfReferencedLowerLevelDirectoryEntity]: { vr: 'UL', Value: [0] },
    [tags.DirectoryRecordType]: { vr: 'CS', Value: [type] },
    ...further,
    ...keysOf(type, dataset),
  })
}

/** The record of an instance, with the file that holds it. @throws DatasetError where it cannot be on a medium */
export function createInstanceRecord({ fileId, transferSyntax, dataset }: DirectoryInstance): Dataset {
  if (!isFileId(fileId)) throw new DatasetError('malformed', [tags.ReferencedFileID], 'It is no File ID (PS3.10 §8.5)')
  const type = recordTypeOf(dataset)
  return createRecord(type, dataset, {
    ...(type === 'PRIVATE' ? { [tags.PrivateRecordUID]: uid(privateRecordUid) } : {}),
    [tags.ReferencedFileID]: { vr: 'CS', Value: fileId },
    [tags.ReferencedSOPClassUIDInFile]: uid(uidOf(dataset, tags.SOPClassUID)),
    [tags.ReferencedSOPInstanceUIDInFile]: uid(uidOf(dataset, tags.SOPInstanceUID)),
    [tags.ReferencedTransferSyntaxUIDInFile]: uid(transferSyntax.uid),
  })
}

/** A UID without which an instance has no place in a directory. */
export function uidOf(dataset: Dataset, tag: Tag): string {
  const found = stringOf(dataset, tag)
  if (found === undefined || found === '') throw new DatasetError('malformed', [tag], 'The attribute is missing')
  return found
}

/** By SOP Class (PS3.3 Table F.4-1). Images of private or retired classes are images; the rest is private. */
function recordTypeOf(dataset: Dataset): RecordType {
  const sopClass = lookupSopClass(uidOf(dataset, tags.SOPClassUID))
  if (sopClass !== undefined && sopClass.kind !== 'composite') {
    throw new DatasetError('malformed', [tags.SOPClassUID], 'Instances of this SOP Class belong to no patient')
  }
  return sopClass?.recordType ?? (dataset[tags.Rows] === undefined ? 'PRIVATE' : 'IMAGE')
}

function keysOf(type: RecordType, dataset: Dataset): Dataset {
  const { always, present } = recordKeys[type]
  const found = [...always, ...present].flatMap((tag): [Tag, Attribute][] => {
    const attribute = keyOf(tag, dataset)
    if (attribute !== undefined) return [[tag, attribute]]
    // `always` holds tags of PS3.6 only.
    return always.includes(tag) ? [[tag, { vr: lookupTag(tag)?.vr ?? 'UN' }]] : []
  })
  return Object.fromEntries(found)
}

function keyOf(tag: Tag, dataset: Dataset): Attribute | undefined {
  // A record has of a document's content only what modifies its title (PS3.3 Tables F.5-25, F.5-26).
  if (tag === tags.ContentSequence) {
    const modifiers = itemsOf(dataset, tag).filter(
      (item) => stringOf(item, tags.RelationshipType) === 'HAS CONCEPT MOD',
    )
    return modifiers.length === 0 ? undefined : { vr: 'SQ', Value: modifiers }
  }
  const attribute = dataset[tag]
  // Bulk data stays in the instance.
  return attribute?.BulkDataURI === undefined ? attribute : undefined
}

function uid(value: string): Attribute {
  return { vr: 'UI', Value: [value] }
}
