import type { ParsedInstance } from '@sansfilm/dicom'
import type { InstanceStorage, ObjectLocation, Partition } from '../../adapters/index.ts'
import { newObjectKey } from '../object-key.ts'
import { encodePackHeader, withinEntry } from '../pack-entry.ts'
import type { PlaceInPack } from './request-pack.ts'
import { gatherSmall, type SmallBytes } from './small-bytes.ts'

/** What is known of an object once its bytes have passed. */
export interface Observed {
  readonly parsed: ParsedInstance
  /** SHA-256, lower-case hexadecimal. */
  readonly digest: string
}

/** Where the bytes of an instance lie, and since when. */
export interface Written {
  readonly location: ObjectLocation
  readonly storedAt: Date
}

/**
 * Writes the bytes of an instance as they pass: a small one whole into the pack, where there is one, any other into an object
 * of its own. A deflated one has its own too: what it is inflated lies beside it.
 * @param observed tells `found` what it is before it ends, or fails
 * @returns when the bytes are durable
 * @throws what `observed` fails with, and nothing is left behind; AdapterError
 */
export async function writeInstance(
  observed: AsyncIterable<Uint8Array>,
  found: () => Observed,
  partition: Partition,
  storage: InstanceStorage,
  pack: PlaceInPack | undefined,
): Promise<Written> {
  const key = newObjectKey(partition)
  const putWhole = async (bytes: AsyncIterable<Uint8Array>): Promise<Written> => {
    const { length } = await storage.put(key, bytes)
    return { location: { key, offset: 0, length }, storedAt: new Date() }
  }
  if (pack === undefined) return putWhole(observed)
  const gathered = await gatherSmall(observed)
  if ('rest' in gathered) return putWhole(gathered.rest)
  if (found().parsed.transferSyntax.deflated) return putWhole(onceAndRelease(gathered))
  const { bytes, release } = gathered
  const storedAt = new Date()
  const header = encodePackHeader({ length: bytes.length, digest: found().digest, storedAt, origin: key })
  return { location: withinEntry(await pack.append([header, bytes], release)), storedAt }
}

async function* onceAndRelease({ bytes, release }: SmallBytes): AsyncGenerator<Uint8Array> {
  try {
    yield bytes
  } finally {
    release()
  }
}
