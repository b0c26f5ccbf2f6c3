import { createHash } from 'node:crypto'
import {
  createDicomdirWriter,
  DatasetError,
  dicomdirFileId,
  fileIdOf,
  lookupTransferSyntax,
  transferSyntaxes,
  uidFromDigest,
} from '@sansfilm/dicom'
import type { InstanceScope, InstanceStorage, StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { bytesContent } from '../../http/content.ts'
import { decodePreparedMetadata } from '../prepared-metadata.ts'
import { changedMeanwhile } from './access.ts'
import { addRow, type InstanceSurvey } from './instance-survey.ts'
import { storedContent } from './stored-content.ts'
import type { ZipEntry } from './zip-content.ts'

/**
 * The instances of a survey as a DICOM file set, folder by series. The DICOMDIR comes last, so that the first bytes need
 * not wait for it.
 * @see PS3.10 §8
 */
export async function* fileSetEntries(
  survey: InstanceSurvey,
  dicomdir: () => Promise<Uint8Array>,
  storage: InstanceStorage,
): AsyncIterable<ZipEntry> {
  const nextFileId = fileIds()
  for await (const stored of survey.rows())
    yield {
      name: nextFileId(stored).join('/'),
      modified: stored.storedAt,
      content: storedContent(storage, stored.location),
      length: stored.location.length,
      digest: stored.digest,
    }
  const bytes = await dicomdir()
  const digest = createHash('sha256').update(bytes).digest('hex')
  yield {
    name: dicomdirFileId.join('/'),
    modified: survey.lastStored,
    content: bytesContent(bytes),
    length: bytes.length,
    digest,
  }
}

/**
 * The DICOMDIR of that file set, the same for the same instances.
 * @throws DicomwebError `unavailable` where they are not those of the survey any more
 */
export async function writeDicomdirOf(
  survey: InstanceSurvey,
  scope: InstanceScope,
  { index }: Backend,
): Promise<Uint8Array> {
  const directory = createDicomdirWriter({ instanceUid: uidFromDigest(survey.digest) })
  const nextFileId = fileIds()
  const hash = createHash('sha256')
  for await (const { stored, metadata } of index.metadata(scope)) {
    addRow(hash, stored)
    const transferSyntax = lookupTransferSyntax(stored.transferSyntax) ?? transferSyntaxes.ImplicitVRLittleEndian
    const fileId = nextFileId(stored)
    try {
      directory.add({ fileId, transferSyntax, dataset: await decodePreparedMetadata(metadata, '') })
    } catch (error) {
      // What cannot be listed is in the zip all the same.
      if (!(error instanceof DatasetError)) throw error
    }
  }
  if (hash.digest('hex') !== survey.digest) throw changedMeanwhile()
  return directory.write()
}

/** Gives instances, series by series, their File IDs. */
function fileIds(): (stored: StoredInstance) => readonly string[] {
  let series = { uid: '', number: 0, instances: 0 }
  return (stored) => {
    if (stored.series !== series.uid) series = { uid: stored.series, number: series.number + 1, instances: 0 }
    series.instances++
    return fileIdOf(1, series.number, series.instances)
  }
}
