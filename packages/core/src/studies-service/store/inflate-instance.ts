import { convertToExplicitVRLittleEndian, type Part10Limits } from '@sansfilm/dicom'
import type { InflatedInstance, InstanceStorage, ObjectLocation } from '../../adapters/index.ts'
import { newInflatedKey, partitionOf } from '../object-key.ts'
import { observePart10 } from './observe-part10.ts'

/**
 * Writes what a deflated instance is in Explicit VR Little Endian beside it, as an object of its own, and finds the places
 * in it. A deflate stream has no places: without this, the last frame would cost the inflation of all before it.
 *
 * It reads what storage has, in a pass of its own: two writes of one pass would have to keep step with each other.
 * @throws Part10Error where it inflates to more than the limit; AdapterError. Nothing is left behind then
 * @see PS3.5 §A.5
 */
export async function inflateInstance(
  location: ObjectLocation,
  storage: InstanceStorage,
  limits: Part10Limits,
  signal?: AbortSignal,
): Promise<InflatedInstance> {
  async function* stored(): AsyncIterable<Uint8Array> {
    for await (const chunk of await storage.get(location.key, location)) {
      signal?.throwIfAborted()
      yield chunk
    }
  }
  const key = newInflatedKey(partitionOf(location.key))
  let found: (Omit<InflatedInstance, 'inflated'> & { readonly digest: string }) | undefined
  const { length } = await storage.put(
    key,
    observePart10(convertToExplicitVRLittleEndian(stored(), limits), limits, (parsed, digest) => {
      const { bulkData, pixelData, frameBlocks } = parsed
      found = { bulkData, pixelData, frameBlocks, digest }
    }),
  )
  if (found === undefined) throw new Error('storage resolved without reading to the end')
  const { digest, ...places } = found
  return { inflated: { key, length, digest }, ...places }
}
