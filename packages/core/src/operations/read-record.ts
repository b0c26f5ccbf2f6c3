import type { Part10Limits } from '@sansfilm/dicom'
import type { ExtraAttributes, InstanceRecord, InstanceStorage } from '../adapters/index.ts'
import { partitionOf } from '../studies-service/object-key.ts'
import { identifyInstance } from '../studies-service/store/check-instance.ts'
import { inflateInstance } from '../studies-service/store/inflate-instance.ts'
import { buildInstanceRecord } from '../studies-service/store/instance-record.ts'
import { observePart10 } from '../studies-service/store/observe-part10.ts'
import type { StoredBytes } from './stored-bytes.ts'

/** How an object is read. */
export interface ReadRecordOptions {
  readonly limits: Part10Limits
  readonly extraAttributes: ExtraAttributes
  readonly signal: AbortSignal | undefined
}

/**
 * The index record of stored bytes. Of a deflated instance the inflated object is made again.
 * @throws Part10Error, InstanceRefusal where it is no instance; AdapterError where it cannot be read; the signal's reason
 */
export async function readRecord(
  { location, storedAt, bytes }: StoredBytes,
  storage: InstanceStorage,
  { limits, extraAttributes, signal }: ReadRecordOptions,
): Promise<InstanceRecord> {
  let record: InstanceRecord | undefined
  const source = bytes === undefined ? await storage.get(location.key, location) : once(bytes)
  const observed = observePart10(source, limits, async (parsed, digest) => {
    const identity = identifyInstance(parsed)
    const { deflated } = parsed.transferSyntax
    record = await buildInstanceRecord(parsed, identity, {
      partition: partitionOf(location.key),
      location,
      digest,
      inflated: deflated ? await inflateInstance(location, storage, limits, signal) : undefined,
      storedAt,
      extraAttributes,
    })
  })
  for await (const _ of observed) signal?.throwIfAborted()
  if (record === undefined) throw new Error('an object was read to its end and not told of')
  return record
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
