import { promisify } from 'node:util'
import { constants, deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from 'node:zlib'
import { type Dataset, formatJsonModel, type Uid } from '@sansfilm/dicom'

/*
 * Prepared metadata is what a metadata resource serves: the instance's DICOM JSON Model as UTF-8 text, raw-deflated.
 * A BulkDataURI depends on where clients reach the service, which ingest cannot know. So each one begins with a byte 00,
 * which JSON text never contains, and the service root is put in its place when the text is served.
 * The deflated bytes are left open: they end with an empty stored block that is not the last (RFC 1951 §3.2.4), so that
 * those of many instances, one behind the other, are inflated as one, which takes half the CPU.
 */

const rootPlaceholder = '\0'

/** Below this many bytes the thread pool costs more than the work. */
const smallBytes = 64 * 1024

const open = { finishFlush: constants.Z_SYNC_FLUSH }

/** Most texts fit a window of 8 KB, and come out of it the same; making the tables of a larger one takes as long as the work. */
const smallWindow = { ...open, windowBits: 13, memLevel: 7, chunkSize: 4 * 1024 }
const smallWindowBytes = 8 * 1024
const openEnd = Buffer.from([0x00, 0x00, 0xff, 0xff])

/** The comma between two texts as a stored block, and an empty block that is the last. */
const comma = Buffer.from([0x00, 0x01, 0x00, 0xfe, 0xff, 0x2c])
const end = Buffer.from([0x03, 0x00])

const deflate = promisify(deflateRaw)
const inflate = promisify(inflateRaw)

/** Each piece of output costs the thread pool a turn. */
const largePieces = { chunkSize: 256 * 1024 }

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
  if (bytes.length <= smallWindowBytes) return deflateRawSync(bytes, smallWindow)
  return bytes.length < smallBytes ? deflateRawSync(bytes, open) : await deflate(bytes, open)
}

/**
 * The JSON text to serve: of one instance, or of several with commas between them.
 * @param serviceRoot absolute URL below which the resources lie, partition included, no slash at its end
 */
export async function preparedMetadataText(prepared: readonly Uint8Array[], serviceRoot: string): Promise<Buffer> {
  const text = await inflateJoined(prepared)
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

async function inflateJoined(prepared: readonly Uint8Array[]): Promise<Buffer> {
  if (!prepared.every(isOpen)) {
    // What was prepared before streams were left open ends the stream, and is inflated alone.
    const texts = prepared.map((each) => inflateRawSync(each, open))
    return Buffer.concat(texts.flatMap((text, n) => (n === 0 ? [text] : [Buffer.from(','), text])))
  }
  const stream = Buffer.concat([...prepared.flatMap((each, n) => (n === 0 ? [each] : [comma, each])), end])
  return stream.length < smallBytes / 4 ? inflateRawSync(stream) : await inflate(stream, largePieces)
}

function isOpen(prepared: Uint8Array): boolean {
  return openEnd.equals(prepared.subarray(-openEnd.length))
}

/** The model, with bulk data as URLs below `serviceRoot`. */
export async function decodePreparedMetadata(prepared: Uint8Array, serviceRoot: string): Promise<Dataset> {
  return JSON.parse((await preparedMetadataText([prepared], serviceRoot)).toString()) as Dataset // our own encoding
}
