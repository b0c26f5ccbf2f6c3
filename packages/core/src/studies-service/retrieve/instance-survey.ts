import { createHash, type Hash } from 'node:crypto'
import type { Uid } from '@sansfilm/dicom'
import type { InstanceIndex, InstanceScope, StoredInstance } from '../../adapters/index.ts'
import { changedMeanwhile, notFound } from './access.ts'
import { maxHeldParts } from './parts.ts'

/** What one pass over the rows of a resource tells. */
export interface InstanceSurvey {
  readonly instances: number
  /** How many instances are stored in each. */
  readonly transferSyntaxes: ReadonlyMap<Uid, number>
  /** Identifies the bytes of all of them, in order. */
  readonly digest: string
  readonly lastStored: Date
  /** The rows; `undefined` where they are too many to hold. */
  readonly held: readonly StoredInstance[] | undefined
  /** The rows, held or looked up again; those that are not what they were fail with `unavailable`. */
  rows(): Iterable<StoredInstance> | AsyncIterable<StoredInstance>
}

/** Rows that are looked up again are compared by the digest of all up to every so many. */
const rowsPerMark = 256

/**
 * Looks through the instances of a resource before the first byte of it is sent: what status it has, its length and its
 * entity tag depend on all of them.
 * @throws DicomwebError `not-found` where there are none
 */
export async function surveyInstances(scope: InstanceScope, index: InstanceIndex): Promise<InstanceSurvey> {
  const transferSyntaxes = new Map<Uid, number>()
  const hash = createHash('sha256')
  const marks: string[] = []
  const held: StoredInstance[] = []
  let instances = 0
  let lastStored = new Date(0)
  for await (const stored of index.instances(scope)) {
    instances++
    transferSyntaxes.set(stored.transferSyntax, (transferSyntaxes.get(stored.transferSyntax) ?? 0) + 1)
    addRow(hash, stored)
    if (instances % rowsPerMark === 0) marks.push(soFar(hash))
    if (stored.storedAt > lastStored) lastStored = stored.storedAt
    if (instances <= maxHeldParts) held.push(stored)
  }
  if (instances === 0) throw notFound()
  const digest = soFar(hash)
  const isHeld = instances <= maxHeldParts
  if (instances % rowsPerMark !== 0) marks.push(digest)
  return {
    instances,
    transferSyntaxes,
    digest,
    lastStored,
    held: isHeld ? held : undefined,
    rows: () => (isHeld ? held : rowsAgain(index.instances(scope), marks)),
  }
}

/** Passes rows on in blocks, each when it is known to be what it was. */
async function* rowsAgain(
  instances: AsyncIterable<StoredInstance>,
  marks: readonly string[],
): AsyncIterable<StoredInstance> {
  const hash = createHash('sha256')
  let block: StoredInstance[] = []
  let blocks = 0
  for await (const stored of instances) {
    addRow(hash, stored)
    block.push(stored)
    if (block.length < rowsPerMark) continue
    if (soFar(hash) !== marks[blocks++]) throw changedMeanwhile()
    yield* block
    block = []
  }
  if (block.length > 0 && soFar(hash) !== marks[blocks++]) throw changedMeanwhile()
  if (blocks !== marks.length) throw changedMeanwhile()
  yield* block
}

/** Adds what the digest of a survey is made of. */
export function addRow(hash: Hash, { instance, digest }: StoredInstance): void {
  hash.update(`${instance} ${digest}\n`)
}

function soFar(hash: Hash): string {
  return hash.copy().digest('hex')
}
