import {
  createDicomdirWriter,
  DatasetError,
  dicomdirFileId,
  fileIdOf,
  lookupTransferSyntax,
  transferSyntaxes,
} from '@sansfilm/dicom'
import type { InstanceScope } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { decodePreparedMetadata } from '../prepared-metadata.ts'
import { storedContent } from './stored-content.ts'
import type { ZipEntry } from './zip-stream.ts'

/**
 * The instances of a scope as a DICOM file set, folder by series. The DICOMDIR comes last, when all of them are known.
 * @see PS3.10 §8
 */
export async function* fileSetEntries(scope: InstanceScope, { index, storage }: Backend): AsyncIterable<ZipEntry> {
  const directory = createDicomdirWriter()
  let series = { uid: '', number: 0, instances: 0 }
  for await (const { stored, metadata } of index.metadata(scope)) {
    if (stored.series !== series.uid) series = { uid: stored.series, number: series.number + 1, instances: 0 }
    series.instances++
    const fileId = fileIdOf(1, series.number, series.instances)
    const transferSyntax = lookupTransferSyntax(stored.transferSyntax) ?? transferSyntaxes.ImplicitVRLittleEndian
    try {
      directory.add({ fileId, transferSyntax, dataset: await decodePreparedMetadata(metadata, '') })
    } catch (error) {
      // What cannot be listed is in the zip all the same.
      if (!(error instanceof DatasetError)) throw error
    }
    const content = storedContent(storage, stored.location)
    yield {
      name: fileId.join('/'),
      modified: stored.storedAt,
      length: stored.location.length,
      open: () => content.read(),
    }
  }
  const bytes = directory.write()
  yield { name: dicomdirFileId.join('/'), modified: new Date(), length: bytes.length, open: async () => bytes }
}
