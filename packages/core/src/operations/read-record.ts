import type { Part10Limits } from '@sansfilm/dicom'
import type { ExtraAttributes, InstanceRecord, InstanceStorage, StoredObject } from '../adapters/index.ts'
import { identifyInstance } from '../studies-service/store/check-instance.ts'
import { inflateInstance } from '../studies-service/store/inflate-instance.ts'
import { buildInstanceRecord } from '../studies-service/store/instance-record.ts'
import { partitionOf } from '../studies-service/store/object-key.ts'
import { observePart10 } from '../studies-service/store/observe-part10.ts'

/** How an object is read. */
export interface ReadRecordOptions {
  readonly limits: Part10Limits
  readonly extraAttributes: ExtraAttributes
  readonly signal: AbortSignal | undefined
}

/**
 * The index record of a stored object, from its bytes. Of a deflated one the inflated object is made again.
 * @throws Part10Error, InstanceRefusal where it is no instance; AdapterError where it cannot be read; the signal's reason
 */
export async function readRecord(
  { key, length, modified }: StoredObject,
  storage: InstanceStorage,
  { limits, extraAttributes, signal }: ReadRecordOptions,
): Promise<InstanceRecord> {
  const location = { key, offset: 0, length }
  let record: InstanceRecord | undefined
  const observed = observePart10(await storage.get(key), limits, async (parsed, digest) => {
    const identity = identifyInstance(parsed)
    const { deflated } = parsed.transferSyntax
    record = await buildInstanceRecord(parsed, identity, {
      partition: partitionOf(key),
      location,
      digest,
      inflated: deflated ? await inflateInstance(location, storage, limits, signal) : undefined,
      storedAt: modified,
      extraAttributes,
    })
  })
  for await (const _ of observed) signal?.throwIfAborted()
  if (record === undefined) throw new Error('an object was read to its end and not told of')
  return record
}
