import { packHeaderLength } from '../studies-service/pack-entry.ts'
import { bytesOf, readWithdrawn, withdraw } from '../studies-service/withdraw.ts'
import type { ListedObject } from './list-stored.ts'
import type { Archive } from './operation.ts'
import { readPack } from './stored-bytes.ts'

/**
 * Finds what lies in a pack that neither has a row nor was withdrawn, and withdraws it: entries that a crash left between the
 * bytes and the row, and what is no whole entry at the end; damage in the middle
 * is for `reindex` to tell of. To be asked of packs alone that no row is yet to come for.
 * @returns entries that were withdrawn
 */
export async function settlePack({ object, withdrawals }: ListedObject, { storage, index }: Archive): Promise<number> {
  const { key, length } = object
  const rows = await index.instancesIn([key])
  const alive = new Set(rows.map(({ location }) => location.offset - packHeaderLength))
  const withdrawn = await readWithdrawn(withdrawals, storage)
  const living = rows.reduce((sum, { location }) => sum + location.length + packHeaderLength, 0)
  if (living + bytesOf(withdrawn) >= length) return 0
  const dead = new Map<number, number>()
  let end = 0
  for await (const { location } of readPack(key, storage)) {
    const start = location.offset - packHeaderLength
    end = location.offset + location.length
    if (!alive.has(start) && !withdrawn.has(start)) dead.set(start, end - start)
  }
  if (end < length && !alive.has(end) && !withdrawn.has(end)) dead.set(end, length - end)
  if (dead.size > 0) await withdraw(key, dead, storage)
  return dead.size
}
