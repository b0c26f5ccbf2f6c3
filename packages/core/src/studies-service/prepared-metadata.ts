import { promisify } from 'node:util'
import { deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib'
import { type Dataset, formatJsonModel, type Uid } from '@sansfilm/dicom'

/*
 * Prepared metadata is what a metadata resource serves: the instance's DICOM JSON Model as UTF-8 text, raw-deflated.
 * A BulkDataURI depends on where clients reach the service, which ingest cannot know. So each one begins with a byte 00,
 * which JSON text never contains, and the service root is put in its place when the text is served.
 */

const rootPlaceholder = '\0'

/** Below this many bytes the thread pool costs more than the work. */
const smallBytes = 64 * 1024

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

/** The identifiers a resource URL of an instance is made of. */
export interface InstanceUids {
  readonly study: Uid
  readonly series: Uid
  readonly instance: Uid
}

/** Path of an instance resource below the service root (PS3.18 Table 10.4.1.1-1). */
export function instancePath(uids: InstanceUids): string {
  return `/studies/${uids.study}/series/${uids.series}/instances/${uids.instance}`
}

/**
 * Prepares the metadata of one instance.
 * @param dataset a parsed data set, in which every `BulkDataURI` is the path of a bulk data range
 */
export async function encodePreparedMetadata(dataset: Dataset, uids: InstanceUids): Promise<Uint8Array> {
  // Inside a JSON string every quote is escaped, so this sequence can only be the member itself.
  const text = formatJsonModel(dataset).replaceAll(
    '"BulkDataURI":"',
    `"BulkDataURI":"${rootPlaceholder}${instancePath(uids)}/bulkdata/`,
  )
  const bytes = Buffer.from(text)
  return bytes.length < smallBytes ? deflateRawSync(bytes) : await deflate(bytes)
}

/**
 * The JSON text to serve.
 * @param serviceRoot absolute URL below which the resources lie, partition included, no slash at its end
 */
export async function preparedMetadataText(prepared: Uint8Array, serviceRoot: string): Promise<Buffer> {
  const text = prepared.length < smallBytes / 4 ? inflateRawSync(prepared) : await inflate(prepared)
  if (!text.includes(0)) return text
  const root = Buffer.from(serviceRoot)
  const pieces: Uint8Array[] = []
  let start = 0
  for (let at = text.indexOf(0); at !== -1; at = text.indexOf(0, start)) {
    pieces.push(text.subarray(start, at), root)
    start = at + 1
  }
  pieces.push(text.subarray(start))
  return Buffer.concat(pieces)
}

/** The model, with bulk data as URLs below `serviceRoot`. */
export async function decodePreparedMetadata(prepared: Uint8Array, serviceRoot: string): Promise<Dataset> {
  return JSON.parse((await preparedMetadataText(prepared, serviceRoot)).toString()) as Dataset // our own encoding
}
