import { type Dataset, DatasetError, type Uid, writePart10 } from '@sansfilm/dicom'
import type { Backend } from '../../backend.ts'
import type { Context } from '../../context.ts'
import { DicomwebError } from '../../errors.ts'
import { parameterOf, parseMediaType } from '../../http/media-type.ts'
import type { IncomingPart } from '../../http/multipart-related/read.ts'
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
    for await (const { headers, body } of parts) {
      const location = headers['content-location']
      const contentType = parseMediaType(headers['content-type'] ?? representation)
      if (location === undefined || contentType?.type === representation) {
        datasets.push(...(await readMetadata(body, representation, backend.limits)))
      } else {
        const transferSyntax = contentType && parameterOf(contentType, 'transfer-syntax')
        await spool.add(resolve(location, root), body, contentType?.type ?? '', transferSyntax)
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

async function storeAssembled(
  dataset: Dataset,
  resolveUri: (uri: string) => string,
  spool: Spool,
  study: Uid | undefined,
  context: Context,
  backend: Backend,
): Promise<IngestOutcome> {
  try {
    const instance = await assembleInstance(dataset, resolveUri, spool)
    return await ingest(writePart10(instance), study, context, backend)
  } catch (error) {
    const identity = tryIdentify(dataset)
    if (error instanceof InstanceRefusal) return { refused: error.reason, detail: error.message, identity }
    if (error instanceof DatasetError) return { refused: 'malformed', detail: error.message, identity }
    throw error
  }
}

/** Content-Location and BulkDataURI name the same thing in absolute or relative form (PS3.18 §8.4.2). */
function resolve(uri: string, root: string): string {
  return URL.canParse(uri, `${root}/studies`) ? new URL(uri, `${root}/studies`).href : uri
}
