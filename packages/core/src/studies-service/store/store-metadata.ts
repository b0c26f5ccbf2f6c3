import { type Dataset, DatasetError, type Part10Warning, type Tag, tags, type Uid, writePart10 } from '@sansfilm/dicom'
import type { Backend } from '../../backend.ts'
import type { Context } from '../../context.ts'
import { DicomwebError } from '../../errors.ts'
import { parameterOf, parseMediaType } from '../../http/media-type.ts'
import type { IncomingPart } from '../../http/multipart-related/read.ts'
import { mediaTypes, namesOf } from '../../media-types/dicom-media-types.ts'
import { assembleInstance } from './assemble-instance.ts'
import { tryIdentify } from './check-instance.ts'
import { InstanceRefusal } from './failure-reason.ts'
import { type IngestOutcome, ingest } from './ingest.ts'
import { readMetadata } from './read-metadata.ts'
import type { MetadataMediaType } from './request.ts'
import { Spool } from './spool.ts'

/**
 * Stores instances that come as metadata, with their bulk data in parts of their own. Each becomes a Part 10 object, which
 * then takes the way of all others.
 * @see PS3.18 §10.5.1.4
 */
export async function* storeMetadataAndBulkdata(
  representation: MetadataMediaType,
  parts: AsyncIterable<IncomingPart>,
  study: Uid | undefined,
  root: string,
  context: Context,
  backend: Backend,
): AsyncIterable<IngestOutcome> {
  const spool = new Spool(backend.storage, context.partition)
  try {
    const datasets: Dataset[] = []
    let number = 0
    let metadataBytes = 0
    for await (const { headers, body } of parts) {
      number++
      const location = headers['content-location']
      const contentType = parseMediaType(headers['content-type'] ?? '')
      if (isMetadata(representation, contentType?.type, number)) {
        const metadata = await readMetadata(body, representation, backend.limits, metadataBytes)
        metadataBytes += metadata.length
        for (const dataset of metadata.datasets) datasets.push(dataset)
      } else if (location === undefined) {
        throw new DicomwebError('bad-request', `Part ${number} is bulk data without a Content-Location.`)
      } else {
        const transferSyntax = contentType && parameterOf(contentType, 'transfer-syntax')
        await spool.add(resolve(location, root), body, contentType?.type ?? mediaTypes.octetStream, transferSyntax)
      }
    }
    if (datasets.length === 0) throw new DicomwebError('bad-request', 'The payload has no metadata.')
    for (const dataset of datasets) {
      yield await storeAssembled(dataset, (uri) => resolve(uri, root), spool, study, context, backend)
    }
  } finally {
    await spool.close()
  }
}

/** Parts say by their type that they are metadata; the first part is, whatever it says: it is the root (RFC 2387 §3.2). */
function isMetadata(representation: MetadataMediaType, type: string | undefined, number: number): boolean {
  return number === 1 || (type !== undefined && namesOf(representation).includes(type))
}

async function storeAssembled(
  dataset: Dataset,
  resolveUri: (uri: string) => string,
  spool: Spool,
  study: Uid | undefined,
  context: Context,
  backend: Backend,
): Promise<IngestOutcome> {
  const { metadata, warnings } = withoutFileMeta(dataset)
  const identity = tryIdentify(metadata)
  try {
    const instance = await assembleInstance(metadata, resolveUri, spool, backend)
    const outcome = await ingest(writePart10(instance), study, context, backend)
    // Where writing failed, nothing was parsed; the metadata says all the same which instance it was.
    if ('refused' in outcome) return { ...outcome, identity: { ...identity, ...outcome.identity } }
    return { ...outcome, warnings: [...outcome.warnings, ...warnings] }
  } catch (error) {
    if (error instanceof InstanceRefusal) return { refused: error.reason, detail: error.message, identity }
    if (error instanceof DatasetError) return { refused: 'malformed', detail: error.message, identity }
    throw error
  }
}

/** "The Metadata … shall not include any Group 0002 File Meta Information Data Elements" (§10.5.1.4); some do. */
function withoutFileMeta(dataset: Dataset): { metadata: Dataset; warnings: readonly Part10Warning[] } {
  const fileMeta = Object.keys(dataset).filter(isFileMetaTag)
  return {
    metadata: Object.fromEntries(Object.entries(dataset).filter(([tag]) => !isFileMetaTag(tag))),
    warnings: fileMeta.map((tag) => ({ path: [tag], problem: 'File Meta Information of metadata is left out' })),
  }
}

function isFileMetaTag(tag: Tag): boolean {
  return tag.startsWith(tags.FileMetaInformationGroupLength.slice(0, 4))
}

/** Content-Location and BulkDataURI name the same thing in absolute or relative form (PS3.18 §8.4.2). */
function resolve(uri: string, root: string): string {
  return URL.canParse(uri, `${root}/studies`) ? new URL(uri, `${root}/studies`).href : uri
}
