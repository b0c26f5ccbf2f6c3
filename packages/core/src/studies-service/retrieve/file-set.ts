import type { InstanceScope } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { storedContent } from './stored-content.ts'
import type { ZipEntry } from './zip-stream.ts'

const filesPerFolder = 1000

/**
 * The instances of a scope as a DICOM file set: File IDs of up to eight characters, the DICOMDIR last, when all of them are
 * known.
 * @see PS3.10 §8
 */
export async function* fileSetEntries(scope: InstanceScope, { index, storage }: Backend): AsyncIterable<ZipEntry> {
  let files = 0
  for await (const { stored } of index.metadata(scope)) {
    const fileId = ['DICOM', folderName(files), fileName(files)]
    files++
    const content = storedContent(storage, stored.location)
    yield {
      name: fileId.join('/'),
      modified: stored.storedAt,
      length: stored.location.length,
      open: () => content.read(),
    }
  }
}

function folderName(file: number): string {
  return `F${String(Math.floor(file / filesPerFolder)).padStart(7, '0')}`
}

function fileName(file: number): string {
  return `I${String(file).padStart(7, '0')}`
}
