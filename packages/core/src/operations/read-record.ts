import { createHash } from 'node:crypto'
import { createPart10Parser, type Part10Limits } from '@sansfilm/dicom'
import type { ExtraAttributes, InstanceRecord, InstanceStorage, StoredObject } from '../adapters/index.ts'
import { identifyInstance } from '../studies-service/store/check-instance.ts'
import { buildInstanceRecord } from '../studies-service/store/instance-record.ts'
import { partitionOf } from '../studies-service/store/object-key.ts'

/** How an object is read. */
export interface ReadRecordOptions {
  readonly limits: Part10Limits
  readonly extraAttributes: ExtraAttributes
  readonly signal: AbortSignal | undefined
}

/**
 * The index record of a stored object, from its bytes.
 * @throws Part10Error, InstanceRefusal where it is no instance; AdapterError where it cannot be read; the signal's reason
 */
export async function readRecord(
  { key, length, modified }: StoredObject,
  storage: InstanceStorage,
  { limits, extraAttributes, signal }: ReadRecordOptions,
): Promise<InstanceRecord> {
  const parser = createPart10Parser(limits)
  const hash = createHash('sha256')
  try {
    for await (const chunk of await storage.get(key)) {
      signal?.throwIfAborted()
      const inflating = parser.write(chunk)
      if (inflating !== undefined) await inflating
      hash.update(chunk)
    }
    const parsed = await parser.end()
    return await buildInstanceRecord(parsed, identifyInstance(parsed), {
      partition: partitionOf(key),
      location: { key, offset: 0, length },
      digest: hash.digest('hex'),
      storedAt: modified,
      extraAttributes,
    })
  } finally {
    parser.destroy()
  }
}
