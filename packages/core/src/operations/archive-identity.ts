import { randomUUID } from 'node:crypto'
import type { InstanceIndex } from '../adapters/index.ts'
import type { Archive } from './operation.ts'

/** A mirror is to be made of an archive in an index that has instances from elsewhere: they would be lost. */
export class NotACopyError extends Error {
  constructor() {
    super('The target holds instances already, and is no copy of this archive. Nothing was changed: name an empty one.')
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

/** What an archive is known by, wherever its rows are brought: a UUID, made when it is first asked for. */
export async function archiveIdentity(index: InstanceIndex): Promise<string> {
  return (await index.fact(name)) ?? (await index.setFact(name, randomUUID(), 'keep'))
}

/** Marks an index as a copy of another. @throws NotACopyError where it holds instances of another archive */
export async function markCopy(source: InstanceIndex, target: InstanceIndex): Promise<void> {
  const identity = await archiveIdentity(source)
  if ((await target.fact(name)) === identity) return
  if (!(await isEmpty(target))) throw new NotACopyError()
  await target.setFact(name, identity, 'replace')
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
