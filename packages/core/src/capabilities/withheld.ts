import type { Backend } from '../backend.ts'
import type { Route } from '../router.ts'

/** Why a deployment does not offer a transaction; `undefined` where it does. */
export function whyWithheld(
  { transaction }: Pick<Route, 'transaction'>,
  { readOnly, allowDelete }: Pick<Backend, 'readOnly' | 'allowDelete'>,
): string | undefined {
  if (readOnly && (transaction === 'store' || transaction === 'delete')) return 'This server is read-only.'
  if (!allowDelete && transaction === 'delete') return 'Deletion is switched off on this server.'
  return undefined
}
