import { hash } from 'node:crypto'
import type { Backend } from '../../backend.ts'
import type { Authorization } from '../../context.ts'
import type { DicomwebRequest } from '../../http/message.ts'
import type { SearchRequest } from './request.ts'

/**
 * The name under which the results of a search within one study are kept, or `undefined` where they are not. Viewers ask for
 * the same series and instances whenever a study is opened, and 300 rows cost 8 ms to put together. The name holds the
 * revision of the study, which every change of what a search finds in it renews. Pages and what only some may see are not
 * kept, nor is XML, whose boundary differs each time.
 */
export async function nameToKeep(
  request: Pick<DicomwebRequest, 'url'>,
  { query, shape, mediaType }: SearchRequest,
  authorization: Authorization,
  { index, extraAttributes }: Pick<Backend, 'index' | 'extraAttributes'>,
  coding: string,
): Promise<string | undefined> {
  const { partition, study, limit } = query
  if (study === undefined || limit !== undefined || authorization !== true || mediaType.model !== 'json')
    return undefined
  const state = await index.state({ partition, study })
  if (state === undefined) return undefined
  return hash(
    'sha256',
    JSON.stringify([request.url, partition, shape.root, mediaType.mediaType, extraAttributes, state.revision, coding]),
  )
}
