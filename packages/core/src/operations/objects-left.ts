import type { InstanceIndex } from '../adapters/index.ts'

const name = 'objects-left'

/**
 * Notes that instances are leaving objects of their own for packs: a sweep spares such objects for a grace from now, for who
 * looked up a row before and reads the object still. One note does for all: the sweep cannot tell which these are.
 */
export async function noteObjectsLeft(index: InstanceIndex): Promise<void> {
  await index.setFact(name, new Date().toISOString(), 'replace')
}

/** When instances last left objects of their own; `undefined` where a sweep has removed since what they left. */
export async function objectsLeftAt(index: InstanceIndex): Promise<Date | undefined> {
  const noted = await index.fact(name)
  return noted === undefined || noted === '' ? undefined : new Date(noted)
}

/** To be called when what was left is removed. */
export async function forgetObjectsLeft(index: InstanceIndex): Promise<void> {
  await index.setFact(name, '', 'replace')
}
