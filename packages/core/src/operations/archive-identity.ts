import { randomUUID } from 'node:crypto'
import type { InstanceIndex } from '../adapters/index.ts'

/** A mirror is to be made of an archive in an index that has instances from elsewhere: they would be lost. */
export class NotACopyError extends Error {
  constructor() {
    super('The target holds instances already, and is no copy of this archive. Nothing was changed: name an empty one.')
    this.name = 'NotACopyError'
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

/** Whether an index holds no instance. */
export async function isEmpty(index: InstanceIndex): Promise<boolean> {
  for await (const _ of index.all()) return false
  return true
}
