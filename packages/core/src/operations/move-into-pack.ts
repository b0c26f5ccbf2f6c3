import { createHash } from 'node:crypto'
import type { ObjectKey, ObjectLocation, Partition, StoredInstance } from '../adapters/index.ts'
import { isPackKey, newPackKey } from '../studies-service/object-key.ts'
import { encodePackHeader, type PackEntry, packHeaderLength } from '../studies-service/pack-entry.ts'
import { withdrawFromPacks } from '../studies-service/withdraw.ts'
import { forEachConcurrently } from './for-each-concurrently.ts'
import { noteObjectsLeft } from './objects-left.ts'
import type { Archive } from './operation.ts'

/** An instance that is to lie elsewhere, with its bytes as they were read. */
export interface Movable {
  readonly stored: StoredInstance
  readonly entry: PackEntry
  readonly bytes: Uint8Array
}

/** Rows moved at a time: an index may give them one commit. */
const rowsAtOnce = 64

/** Lists of what left a pack, written at a time: of what came one a request each is in a pack of its own. */
const listsAtOnce = 16

/**
 * Writes instances to a new pack, in their order, and moves their rows there when it is durable. What is not as it was stored
 * stays where it is; `verify` tells of it. What they leave stays for a grace, for who reads it now; then a sweep removes it.
 * A crash leaves instances that lie here or there, and entries without a row for the sweep to withdraw.
 * @returns how many were moved; 0 where none was whole, and nothing was written
 */
export async function moveIntoPack(
  partition: Partition,
  instances: AsyncIterable<Movable>,
  { storage, index }: Archive,
): Promise<number> {
  const key = newPackKey(partition)
  const moves: Move[] = []
  try {
    await storage.put(key, entriesOf(instances, key, moves))
  } catch (error) {
    if (error instanceof NothingWhole) return 0
    throw error
  }
  if (moves.some(({ stored }) => !isPackKey(stored.location.key))) await noteObjectsLeft(index)
  const moved: StoredInstance[] = []
  const gone: Pick<StoredInstance, 'location'>[] = []
  await forEachConcurrently(moves, rowsAtOnce, async ({ stored, to }) => {
    if (await index.relocate(stored, to)) moved.push(stored)
    else gone.push({ location: to }) // deleted or replaced meanwhile
  })
  await withdrawFromPacks(gone, storage)
  // Notes when they left: the sweep spares the old pack for a grace from now.
  const left = Map.groupBy(moves, ({ stored }) => stored.location.key)
  await forEachConcurrently(left.values(), listsAtOnce, (group) =>
    withdrawFromPacks(
      group.map(({ stored }) => stored),
      storage,
    ),
  )
  return moved.length
}

interface Move {
  readonly stored: StoredInstance
  readonly to: ObjectLocation
}

/** What the new pack consists of; `moves` gets where the instances lie in it. */
async function* entriesOf(
  instances: AsyncIterable<Movable>,
  key: ObjectKey,
  moves: Move[],
): AsyncGenerator<Uint8Array> {
  let end = 0
  for await (const { stored, entry, bytes } of instances) {
    if (createHash('sha256').update(bytes).digest('hex') !== stored.digest) continue
    const offset = end + packHeaderLength
    moves.push({ stored, to: { key, offset, length: bytes.length } })
    yield encodePackHeader(entry)
    yield bytes
    end = offset + bytes.length
  }
  if (moves.length === 0) throw new NothingWhole()
}

/** None of the instances are there as they were stored. */
class NothingWhole extends Error {}
