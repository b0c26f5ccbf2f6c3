import { randomUUID } from 'node:crypto'
import type { InstanceIndex } from '../adapters/index.ts'
import type { Archive } from './operation.ts'

/** A mirror is to be made of an archive in an index that has instances from elsewhere: they would be lost. */
export class NotACopyError extends Error {
  constructor() {
    super(
      'The target holds instances already, and is no copy of this archive, or was served since. Nothing was changed: name an empty one.',
    )
    this.name = 'NotACopyError'
  }
}

/** The objects of a storage belong to another index: a sweep would remove them. */
export class ForeignStorageError extends Error {
  constructor() {
    super(
      'The storage belongs to another index, which knows its objects. Name a storage, a bucket or a prefix of its own; ' +
        'or, if that index is lost, reindex or restore first',
    )
    this.name = 'ForeignStorageError'
  }
}

const name = 'identity'

/** The identity of what an index mirrors. */
const mirrored = 'mirror of'

/** What an archive is known by, wherever its rows are brought: a UUID, made when it is first asked for. */
export async function archiveIdentity(index: InstanceIndex): Promise<string> {
  return (await index.fact(name)) ?? (await index.setFact(name, randomUUID(), 'keep'))
}

/**
 * Marks an index as a mirror of another, and gives it the identity of that.
 * @throws NotACopyError where it holds instances, and is no mirror of the other, or none any more
 */
export async function markCopy(source: InstanceIndex, target: InstanceIndex): Promise<void> {
  const identity = await archiveIdentity(source)
  if ((await target.fact(mirrored)) === identity) return
  if (!(await isEmpty(target))) throw new NotACopyError()
  await target.setFact(name, identity, 'replace')
  await target.setFact(mirrored, identity, 'replace')
}

/**
 * To be called before anything is stored into an index or deleted from it but by `copyArchive`: from then on it is no
 * mirror, and no copy takes away what it has of its own.
 */
export async function endMirroring(index: InstanceIndex): Promise<void> {
  const of = await index.fact(mirrored)
  if (of !== undefined && of !== '') await index.setFact(mirrored, '', 'replace')
}

/**
 * Makes sure that the storage is the index's own: marks it, where it has no mark yet.
 * @param lost `adopt`: an index that holds no instance takes the place of the one that the mark speaks of
 * @throws ForeignStorageError where it belongs to another index
 */
export async function claimStorage({ storage, index }: Archive, lost: 'adopt' | 'refuse' = 'refuse'): Promise<void> {
  const { owner } = storage
  if (owner === undefined) return
  const [identity, written] = await Promise.all([archiveIdentity(index), owner.read()])
  if (written === identity) return
  if (written === undefined) await owner.write(identity)
  else if (lost === 'adopt' && (await isEmpty(index))) await index.setFact(name, written, 'replace')
  else throw new ForeignStorageError()
}

/** Whether an index holds no instance. */
export async function isEmpty(index: InstanceIndex): Promise<boolean> {
  for await (const _ of index.all()) return false
  return true
}
