import type { ParsedInstance } from '@sansfilm/dicom'
import type {
  ExtraAttributes,
  InflatedInstance,
  InstanceRecord,
  ObjectLocation,
  Partition,
} from '../../adapters/index.ts'
import { levelAttributes } from '../level-attributes.ts'
import { encodePreparedMetadata } from '../prepared-metadata.ts'
import type { InstanceIdentity } from './check-instance.ts'

/** What a record has that the object's bytes do not say. */
export interface StoredObjectFacts {
  readonly partition: Partition
  readonly location: ObjectLocation
  /** SHA-256 of the object, lower-case hexadecimal. */
  readonly digest: string
  /** Where the transfer syntax is deflated. */
  readonly inflated: InflatedInstance | undefined
  readonly storedAt: Date
  readonly extraAttributes: ExtraAttributes
}

/** Everything the index keeps of an instance, from one pass over its bytes: Store and reindex both build it here. */
export async function buildInstanceRecord(
  parsed: ParsedInstance,
  identity: InstanceIdentity,
  facts: StoredObjectFacts,
): Promise<InstanceRecord> {
  const { study, series, instance } = identity
  const places = facts.inflated ?? parsed
  return {
    partition: facts.partition,
    study,
    series,
    instance,
    sopClass: identity.sopClass,
    transferSyntax: parsed.transferSyntax.uid,
    location: facts.location,
    digest: facts.digest,
    storedAt: facts.storedAt,
    inflated: facts.inflated?.inflated,
    attributes: levelAttributes(parsed.dataset, facts.extraAttributes),
    metadata: await encodePreparedMetadata(parsed.dataset, { study, series, instance }),
    bulkData: places.bulkData,
    pixelData: places.pixelData,
    frameBlocks: places.frameBlocks,
  }
}
