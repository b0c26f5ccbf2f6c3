import type { Dataset } from '../dataset.ts'
import { stringOf } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'
import { itemTags, undefinedLength } from '../part10/header-bytes.ts'
import { writeDataset, writeHeader, writeItemHeader } from '../part10/write-dataset.ts'
import { encodeFileMeta } from '../part10/write-file-meta.ts'
import { PieceWriter } from '../part10/write-pieces.ts'
import { sopClasses } from '../sop-class.ts'
import { transferSyntaxes } from '../transfer-syntax.ts'
import { generateUid, type Uid } from '../uid.ts'
import { createInstanceRecord, createRecord, type DirectoryInstance, uidOf } from './directory-record.ts'

/** About the file-set as a whole. */
export interface DicomdirOptions {
  /** Up to 16 characters; empty by default. */
  readonly fileSetId?: string
  /** SOP Instance UID of the directory; a new one by default. */
  readonly instanceUid?: Uid
}

/** Makes a DICOMDIR of instances that come one by one. */
export interface DicomdirWriter {
  /**
   * Keeps the records of an instance, and nothing else of it.
   * @throws DatasetError where it lacks a UID, has no File ID, or belongs to no patient; nothing is kept then
   */
  add(instance: DirectoryInstance): void
  /** The DICOMDIR of what was added. */
  write(): Buffer
}

/** An encoded record and the directory entity below it. */
interface Entry {
  readonly record: Buffer
  readonly children: Map<string, Entry>
}

/** An encoded record with its place. */
interface PlacedRecord {
  readonly bytes: Buffer
  readonly offset: number
}

/** "Basic Directory IOD … encoded as Explicit VR Little Endian" (PS3.10 §8.6). */
const encoding = { explicitVR: true, encapsulated: false, bulkData: () => undefined }

/** Offsets are the first and third element of every record, and of fixed size: where their values stand in it. */
const nextOffsetAt = 8
const lowerOffsetAt = 8 + 4 + 8 + 2 + 8

/**
 * Writes the DICOMDIR of a file-set: patients, studies and series in the order in which their instances come.
 * Keys that an instance lacks are empty.
 * @throws DatasetError where an instance lacks a UID, has no File ID, or belongs to no patient
 * @see PS3.10 §8.6, PS3.3 Annex F
 * @example writeDicomdir([{ fileId: fileIdOf(1, 1, 1), transferSyntax, dataset }])
 */
export function writeDicomdir(instances: Iterable<DirectoryInstance>, options: DicomdirOptions = {}): Buffer {
  const writer = createDicomdirWriter(options)
  for (const instance of instances) writer.add(instance)
  return writer.write()
}

/** As `writeDicomdir`, for file-sets whose instances are too many to hold. */
export function createDicomdirWriter(options: DicomdirOptions = {}): DicomdirWriter {
  const root = new Map<string, Entry>()
  return {
    add: (instance) => addInstance(root, instance),
    write: () => encodeDirectory(root, options),
  }
}

function encodeDirectory(root: Map<string, Entry>, options: DicomdirOptions): Buffer {
  const { fileSetId = '', instanceUid = generateUid() } = options
  const fileMeta = encodeFileMeta(
    {
      [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.MediaStorageDirectoryStorage.uid] },
      [tags.SOPInstanceUID]: { vr: 'UI', Value: [instanceUid] },
    },
    {},
    transferSyntaxes.ExplicitVRLittleEndian,
  )
  const start = fileMeta.length + encodeHead(fileSetId, 0, 0).length
  const placed: PlacedRecord[] = []
  const { first, last } = placeRecords(root, start, placed)
  const items = placed.flatMap(({ bytes }) => [
    itemHeader(itemTags.item),
    bytes,
    itemHeader(itemTags.itemDelimitation, 0),
  ])
  return Buffer.concat([
    fileMeta,
    encodeHead(fileSetId, first, last),
    ...items,
    itemHeader(itemTags.sequenceDelimitation, 0),
  ])
}

function addInstance(root: Map<string, Entry>, instance: DirectoryInstance): void {
  const { dataset } = instance
  const record = createInstanceRecord(instance)
  const patient = entryOf(root, patientKey(dataset), () => createRecord('PATIENT', dataset))
  const study = entryOf(patient, uidOf(dataset, tags.StudyInstanceUID), () => createRecord('STUDY', dataset))
  const series = entryOf(study, uidOf(dataset, tags.SeriesInstanceUID), () => createRecord('SERIES', dataset))
  entryOf(series, uidOf(dataset, tags.SOPInstanceUID), () => record)
}

function entryOf(entity: Map<string, Entry>, key: string, create: () => Dataset): Map<string, Entry> {
  const found = entity.get(key)
  if (found !== undefined) return found.children
  const created = { record: encodeRecord(create()), children: new Map<string, Entry>() }
  entity.set(key, created)
  return created.children
}

/** Patients without an ID are told apart by their names. */
function patientKey(dataset: Dataset): string {
  const id = stringOf(dataset, tags.PatientID) ?? ''
  return JSON.stringify([
    id,
    dataset[tags.IssuerOfPatientID]?.Value,
    id === '' ? dataset[tags.PatientName]?.Value : null,
  ])
}

/** Lays records out depth first from `start`, and links the siblings; `first` and `last` are 0 where there are none. */
function placeRecords(
  entity: Map<string, Entry>,
  start: number,
  placed: PlacedRecord[],
): { first: number; last: number } {
  let previous: PlacedRecord | undefined
  let first = 0
  let at = start
  for (const { record, children } of entity.values()) {
    const current = { bytes: record, offset: at }
    placed.push(current)
    previous?.bytes.writeUInt32LE(current.offset, nextOffsetAt)
    if (first === 0) first = current.offset
    const below = placeRecords(children, endOf(current), placed)
    current.bytes.writeUInt32LE(below.first, lowerOffsetAt)
    at = endOf(placed.at(-1) as PlacedRecord) // one was pushed above
    previous = current
  }
  return { first, last: previous?.offset ?? 0 }
}

/** Of a record with the headers of its item and delimiter. */
function endOf({ bytes, offset }: PlacedRecord): number {
  return offset + 8 + bytes.length + 8
}

function encodeRecord(record: Dataset): Buffer {
  const out = new PieceWriter(false)
  writeDataset(out, record, encoding)
  return bytesOf(out)
}

/** Everything before the first record. */
function encodeHead(fileSetId: string, first: number, last: number): Buffer {
  const out = new PieceWriter(false)
  const head: Dataset = {
    [tags.FileSetID]: fileSetId === '' ? { vr: 'CS' } : { vr: 'CS', Value: [fileSetId] },
    [tags.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity]: { vr: 'UL', Value: [first] },
    [tags.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity]: { vr: 'UL', Value: [last] },
    [tags.FileSetConsistencyFlag]: { vr: 'US', Value: [0] },
  }
  writeDataset(out, head, encoding)
  writeHeader(out, tags.DirectoryRecordSequence, 'SQ', undefinedLength, encoding)
  return bytesOf(out)
}

function itemHeader(tag: number, length: number = undefinedLength): Buffer {
  const out = new PieceWriter(false)
  writeItemHeader(out, tag, length)
  return bytesOf(out)
}

function bytesOf(out: PieceWriter): Buffer {
  // Without bulk data every piece is bytes.
  return Buffer.concat(out.take().filter((piece) => piece instanceof Uint8Array))
}
