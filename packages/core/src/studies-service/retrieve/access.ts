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
