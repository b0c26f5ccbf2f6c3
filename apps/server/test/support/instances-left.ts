import { reindex } from '@sansfilm/core'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import { memoryIndex } from '@sansfilm/memory'

/** What an index made again from the objects alone would look at: objects, and entries of packs, that still count. */
export async function instancesLeft(storage: InstanceStorage): Promise<number> {
  return (await reindex({ storage, index: memoryIndex() })).objects
}
