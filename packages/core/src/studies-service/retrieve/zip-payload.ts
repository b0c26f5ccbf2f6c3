import type { Backend } from '../../backend.ts'
import { mediaTypes } from '../../media-types/dicom-media-types.ts'
import { documentsOf } from '../document-cache.ts'
import { fileSetEntries, writeDicomdirOf } from './file-set.ts'
import type { InstanceSurvey } from './instance-survey.ts'
import { tagOf } from './parts.ts'
import { maxLookedAhead, withLength } from './payload-length.ts'
import type { RetrieveRequest } from './request.ts'
import { conditionsAreMet, type Retrieved, unread } from './response.ts'
import { zipContent } from './zip-content.ts'

/** The stored objects of a scope as a file set in a zip. An addition to PS3.18; the objects are those of §10.4.1.1.1. */
export async function zipPayload(
  request: RetrieveRequest,
  survey: InstanceSurvey,
  backend: Backend,
): Promise<Retrieved> {
  const { scope } = request
  const etag = tagOf(survey.digest, mediaTypes.zip)
  const name = scope.instance ?? scope.series ?? scope.study
  const representation = {
    contentType: mediaTypes.zip,
    etag,
    lastModified: survey.lastStored,
    headers: { 'content-disposition': `attachment; filename="${name}.zip"` },
  }
  if (!conditionsAreMet(request, representation)) return { content: unread, representation }

  const dicomdir = async () => {
    const outcome = await documentsOf(backend).get(`DICOMDIR ${etag}`, async function* () {
      yield await writeDicomdirOf(survey, scope, backend)
    })
    const chunks: Uint8Array[] = []
    for await (const chunk of 'bytes' in outcome ? [outcome.bytes] : outcome.stream) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
  const content = zipContent(() => fileSetEntries(survey, dicomdir, backend.storage))
  // The DICOMDIR is made of the metadata of every instance.
  return { content: await withLength(content, etag, survey.instances <= maxLookedAhead), representation }
}
