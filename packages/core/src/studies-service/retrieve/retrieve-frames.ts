import type { Backend } from '../../backend.ts'
import { parseFrameList } from './frame-list.ts'
import { lookUpFrames } from './frame-source.ts'
import { framesPayload } from './frames-payload.ts'
import { instanceScopeOf, type RetrieveRequest } from './request.ts'
import type { Retrieved } from './response.ts'

/** Frame Pixel Data: `…/frames/{frames}`. @see PS3.18 Table 10.4.1.6-1 */
export async function retrieveFrameList(request: RetrieveRequest, backend: Backend): Promise<Retrieved> {
  const frames = parseFrameList(request.frames ?? '')
  const source = await lookUpFrames(instanceScopeOf(request), frames, backend)
  return framesPayload(request, source, frames, backend)
}
