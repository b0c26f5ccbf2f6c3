import type { StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import type { Context } from '../../context.ts'
import { DicomwebError } from '../../errors.ts'
import { isVisible } from '../visibility.ts'
import type { RetrieveRequest } from './request.ts'

/** Nothing is stored there, or nothing that this caller can see. */
export function notFound(): DicomwebError {
  return new DicomwebError('not-found', 'Nothing is stored there.')
}

/**
 * What was looked up is not what it was when the answer began: its length and entity tag would be wrong. After the first
 * byte the connection breaks, and a client that resumes is told the new state by If-Range.
 */
export function changedMeanwhile(): DicomwebError {
  return new DicomwebError('unavailable', 'The resource was changed while it was being read.')
}

/**
 * @throws DicomwebError `unavailable` where other bytes, or none, have taken the place of the instance's, or another object that
 *   of the inflated one, in which its ranges count
 */
export function assertUnchanged(found: StoredInstance | undefined, { digest, inflated }: StoredInstance): void {
  if (found?.digest !== digest || found.inflated?.key !== inflated?.key) throw changedMeanwhile()
}

/**
 * Asks whether the caller may read the target, before anything is looked up.
 * @throws DicomwebError `forbidden` where reading is refused; `not-found` where only other studies are visible, so that the
 *   answer does not tell which studies exist
 */
export async function authorizeRetrieve({ scope }: RetrieveRequest, context: Context, backend: Backend): Promise<void> {
  const { partition: _, ...target } = scope
  const allowed = await backend.authorize({ transaction: 'retrieve', context, ...target })
  if (await isVisible(allowed, scope, backend)) return
  backend.emit({ type: 'denied', at: new Date(), context, target, transaction: 'retrieve' })
  throw allowed === false ? new DicomwebError('forbidden', 'The caller may not read this.') : notFound()
}
