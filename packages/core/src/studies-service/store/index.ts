import type { Transaction } from '../../transaction.ts'
import { partitionRoot } from '../resources.ts'
import { parseStoreRequest } from './request.ts'
import { storeResponse } from './response.ts'
import { storeParts } from './store.ts'

/** @see PS3.18 §10.5 */
export const storeInstances: Transaction = async (request, target, context, backend) => {
  const store = parseStoreRequest(request, backend.limits)
  const root = partitionRoot(request.serviceRoot, context.partition)
  return storeResponse(await storeParts(store, target.study, root, context, backend), store.answerAs, root)
}
