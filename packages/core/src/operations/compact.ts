import { createHash } from 'node:crypto'
import type { ObjectKey, ObjectLocation, StoredInstance } from '../adapters/index.ts'
import { isPackKey, newPackKey, partitionOf } from '../studies-service/object-key.ts'
import { encodePackHeader, packHeaderLength } from '../studies-service/pack-entry.ts'
import { bytesOf, readWithdrawn, withdrawFromPacks } from '../studies-service/withdraw.ts'
import { forEachConcurrently } from './for-each-concurrently.ts'
import { type ListedObject, listStored } from './list-stored.ts'
import type { Archive, OperationOptions } from './operation.ts'
import { readPack } from './stored-bytes.ts'

/** Options of `compact`. */
export interface CompactOptions extends OperationOptions<CompactReport> {
  /** Milliseconds. Packs that were modified later than so long ago stay as they are: as the grace of `sweep`. */
  readonly graceMs: number
  /** Packs of which a smaller share was withdrawn stay as they are. Default 0: the bytes of what was deleted go. */
  readonly minWithdrawnShare?: number | undefined
}

/** What `compact` has done. */
export interface CompactReport {
  /** Packs that were written anew. */
  readonly packs: number
  /** Instances that lie elsewhere now. */
  readonly moved: number
  /** Bytes that will be free when the sweep has removed the old packs. */
  readonly freedBytes: number
}

/** Rows moved at a time: an index may give them one commit. */
const rowsAtOnce = 64

/**
 * Writes packs anew from which instances were withdrawn, without those. Every instance is compared with its digest on the way;
 * its row moves when the new pack is durable. The old pack stays for a grace, for who reads it now; then a sweep removes it. A crash leaves
 * instances that lie here or there, and entries without a row for the sweep to withdraw; the next run goes on.
 * Like `sweep`, not to be run beside another sweep or a reindex.
 * @example await compact({ storage, index }, { graceMs: 3_600_000 })
 */
export async function compact(archive: Archive, options: CompactOptions): Promise<CompactReport> {
  const { graceMs, minWithdrawnShare = 0, onProgress, signal } = options
  const before = new Date(Date.now() - graceMs)
  let report: CompactReport = { packs: 0, moved: 0, freedBytes: 0 }
  for await (const listed of listStored(archive.storage.list())) {
    signal?.throwIfAborted()
    const { key, length, modified } = listed.object
    if (!isPackKey(key) || modified >= before || listed.withdrawals.length === 0) continue
    const withdrawn = bytesOf(await readWithdrawn(listed.withdrawals, archive.storage))
    if (withdrawn < minWithdrawnShare * length) continue
    const moved = await rewrite(listed, archive, signal)
    if (moved === 0) continue
    report = { packs: report.packs + 1, moved: report.moved + moved, freedBytes: report.freedBytes + withdrawn }
    onProgress?.(report)
  }
  return report
}

/** @returns how many instances were moved; 0 where nothing was, as nothing refers to the pack, or all that does is damaged */
async function rewrite({ object }: ListedObject, archive: Archive, signal: AbortSignal | undefined): Promise<number> {
  const { storage, index } = archive
  const rows = new Map((await index.instancesIn([object.key])).map((stored) => [stored.location.offset, stored]))
  if (rows.size === 0) return 0
  const key = newPackKey(partitionOf(object.key))
  const moves: Move[] = []
  try {
    await storage.put(key, livingEntries(object.key, key, rows, moves, archive, signal))
  } catch (error) {
    // Nothing was written: `verify` tells of what is wrong with the pack.
    if (error instanceof NothingWhole) return 0
    throw error
  }
  let moved = 0
  const gone: Move['to'][] = []
  await forEachConcurrently(moves, rowsAtOnce, async ({ stored, to }) => {
    if (await index.relocate(stored, to)) moved++
    else gone.push(to) // deleted or replaced meanwhile
  })
  await withdrawFromPacks(
    gone.map((location) => ({ location })),
    storage,
  )
  // Notes when they left: the sweep spares the old pack for a grace from now.
  await withdrawFromPacks(
    moves.map(({ stored }) => stored),
    storage,
  )
  return moved
}

interface Move {
  readonly stored: StoredInstance
  readonly to: ObjectLocation
}

/** What the new pack consists of; `moves` gets where the instances lie in it. What is damaged stays where it is. */
async function* livingEntries(
  from: ObjectKey,
  to: ObjectKey,
  rows: ReadonlyMap<number, StoredInstance>,
  moves: Move[],
  { storage }: Archive,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let end = 0
  for await (const { location, entry, bytes } of readPack(from, storage)) {
    signal?.throwIfAborted()
    const stored = rows.get(location.offset)
    if (stored === undefined || stored.location.length !== bytes.length) continue
    if (createHash('sha256').update(bytes).digest('hex') !== stored.digest) continue
    const offset = end + packHeaderLength
    moves.push({ stored, to: { key: to, offset, length: bytes.length } })
    yield encodePackHeader(entry)
    yield bytes
    end = offset + bytes.length
  }
  if (moves.length === 0) throw new NothingWhole()
}

/** None of the instances that rows say lie in a pack are there as they were stored. */
class NothingWhole extends Error {}
