import type { Condition, InstanceScope } from '../adapters/index.ts'
import type { Backend } from '../backend.ts'
import type { Authorization } from '../context.ts'

/**
 * Whether an authorization covers the target: allowed as a whole, or its study matches one of the visible groups.
 * A study that does not exist is covered by no group.
 */
export async function isVisible(
  authorization: Authorization,
  { partition, study }: InstanceScope,
  { index }: Pick<Backend, 'index'>,
): Promise<boolean> {
  if (typeof authorization === 'boolean') return authorization
  const visibility = studyGroups(authorization.visible)
  const page = await index.search({ partition, level: 'study', study, conditions: [], visibility, limit: 1, offset: 0 })
  for await (const _ of page.matches) return true
  return false
}

/**
 * The groups that decide on studies. One with a condition on a lower level shows nothing: a study is seen as a whole or not
 * at all, or its counts and its Modalities in Study would tell of what is hidden.
 */
export function studyGroups(groups: readonly (readonly Condition[])[]): readonly (readonly Condition[])[] {
  return groups.filter((group) => group.every(({ level }) => level === 'study'))
}
