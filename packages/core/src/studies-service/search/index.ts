import type { Level } from '../../adapters/index.ts'
import type { Transaction } from '../../transaction.ts'
import { parseSearchRequest } from './request.ts'
import { searchResponse } from './response.ts'
import { search } from './search.ts'

/** `/studies`. @see PS3.18 §10.6, Table 10.6.1-1 */
export const searchStudies: Transaction = searchOf('study')

/** `/series`, `/studies/{study}/series`. @see PS3.18 §10.6, Table 10.6.1-1 */
export const searchSeries: Transaction = searchOf('series')

/** `/instances` of everything, a study or a series. @see PS3.18 §10.6, Table 10.6.1-1 */
export const searchInstances: Transaction = searchOf('instance')

function searchOf(level: Level): Transaction {
  return async (request, target, context, backend) => {
    const parsed = parseSearchRequest(request, target, level, context, backend.extraAttributes)
    const { study, series } = parsed.query
    const uids = { ...(study !== undefined && { study }), ...(series !== undefined && { series }) }
    const authorization = await backend.authorize({ transaction: 'search', context, ...uids })
    const found = await search(parsed.query, authorization, backend.index)
    const occasion = { at: new Date(), context, target: uids }
    if (authorization === false) backend.emit({ type: 'denied', transaction: 'search', ...occasion })
    else backend.emit({ type: 'searched', level, ...occasion })
    return await searchResponse(request, parsed, found, authorization, backend)
  }
}
