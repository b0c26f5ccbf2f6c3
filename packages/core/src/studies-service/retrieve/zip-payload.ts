import type { Backend } from '../../backend.ts'
import { weakTag } from '../../http/entity-tag.ts'
import { mediaTypes } from '../../media-types/dicom-media-types.ts'
import { fileSetEntries } from './file-set.ts'
import type { InstanceSurvey } from './instance-survey.ts'
import { tagOf } from './parts.ts'
import type { RetrieveRequest } from './request.ts'
import type { Retrieved } from './response.ts'
import { zipped } from './zip-stream.ts'

/** The stored objects of a scope as a file set in a zip. An addition to PS3.18; the objects are those of §10.4.1.1.1. */
export function zipPayload({ scope }: RetrieveRequest, survey: InstanceSurvey, backend: Backend): Retrieved {
  const name = scope.instance ?? scope.series ?? scope.study
  return {
    content: { length: undefined, read: async () => zipped(fileSetEntries(scope, backend)) },
    representation: {
      contentType: mediaTypes.zip,
      // Weak: the DICOMDIR has a UID of its own each time.
      etag: weakTag(tagOf(survey.digest, mediaTypes.zip).slice(1, -1)),
      lastModified: survey.lastStored,
      headers: { 'content-disposition': `attachment; filename="${name}.zip"` },
    },
  }
}
