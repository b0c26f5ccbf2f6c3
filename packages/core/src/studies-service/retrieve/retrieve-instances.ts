import type { Uid } from '@sansfilm/dicom'
import type { StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { measured } from '../../http/content.ts'
import { strongTag } from '../../http/entity-tag.ts'
import { warningOf } from '../../http/warning.ts'
import { availableOctets } from '../../media-types/available-media-types.ts'
import { mediaTypes } from '../../media-types/dicom-media-types.ts'
import { notAcceptable, type SelectedMediaType, selectMediaType } from '../../media-types/selected-media-type.ts'
import { begun } from './begun.ts'
import {
  contentOf,
  countLeftOut,
  instanceForms,
  itemOf,
  type Selection,
  storedItems,
  transcodedItems,
  zip,
} from './instance-items.ts'
import { type InstanceSurvey, surveyInstances } from './instance-survey.ts'
import { contentTypeOf, multipartPayload, tagOf } from './parts.ts'
import type { RetrieveRequest } from './request.ts'
import { conditionsAreMet, type Retrieved, unread } from './response.ts'
import { retrieveAllBulkdata } from './retrieve-bulkdata.ts'
import { failuresAmong } from './transcoded/failures.ts'
import { answerOrStored, codecOf, mayTranscode, negotiated } from './transcoded/negotiate.ts'
import { zipPayload } from './zip-payload.ts'

/**
 * The instances of a study or series, or one instance.
 * @throws DicomwebError `not-found`, `not-acceptable`; AdapterError where the one instance cannot be transcoded
 * @see PS3.18 §10.4.1.1.1
 */
export async function retrieveInstanceObjects(request: RetrieveRequest, backend: Backend): Promise<Retrieved> {
  const survey = await surveyInstances(request.scope, backend.index)
  const [only] = survey.held ?? []
  return request.scope.instance !== undefined && only !== undefined
    ? oneInstance(request, only, survey, backend)
    : manyInstances(request, survey, backend)
}

async function oneInstance(
  request: RetrieveRequest,
  stored: StoredInstance,
  survey: InstanceSurvey,
  backend: Backend,
): Promise<Retrieved> {
  const { transferSyntax } = stored
  const formsWith = (can: Parameters<typeof instanceForms>[2]) => instanceForms(request, transferSyntax, can)
  const { selected, available } = await negotiated(request.acceptable, stored, formsWith, backend)
  if (selected === undefined) return nothingAcceptable(request, [transferSyntax], available, backend)
  if (selected.available === zip) return zipPayload(request, survey, backend)
  const objectsWith = (can: Parameters<typeof instanceForms>[2]) => formsWith(can).filter((form) => form !== zip)
  return answerOrStored(request.acceptable, selected, objectsWith, (form) =>
    oneInstanceAs(form, request, stored, backend),
  )
}

async function oneInstanceAs(
  selected: SelectedMediaType,
  request: RetrieveRequest,
  stored: StoredInstance,
  backend: Backend,
): Promise<Retrieved> {
  const { transferSyntax = stored.transferSyntax, packaging } = selected.available
  const isStored = transferSyntax === stored.transferSyntax
  const isSingle = packaging === 'single'
  const codec = codecOf([selected], backend)
  const tag = isSingle
    ? tagOf(stored.digest, transferSyntax, ...codec)
    : tagOf(stored.digest, request.root, contentTypeOf(selected), ...codec)
  const validators = { etag: isSingle && isStored ? strongTag(stored.digest) : tag, lastModified: stored.storedAt }
  const contentType = contentTypeOf(selected)
  if (!conditionsAreMet(request, validators)) return { content: unread, representation: { contentType, ...validators } }

  if (isSingle) {
    const content = await measured(contentOf(stored, selected, request, backend))
    return { content, representation: { contentType, ...validators, ...(isStored && { digest: stored.digest }) } }
  }
  const item = itemOf(stored, selected, request, backend)
  const items = [{ ...item, content: await measured(item.content) }]
  const { content, representation } = await multipartPayload(items, mediaTypes.dicom, validators.etag)
  return { content, representation: { ...representation, ...validators } }
}

async function manyInstances(request: RetrieveRequest, survey: InstanceSurvey, backend: Backend): Promise<Retrieved> {
  const { root, acceptable } = request
  const { instances } = survey
  const syntaxes = [...survey.transferSyntaxes.keys()]
  const formsOf = (transferSyntax: Uid) =>
    instanceForms(request, transferSyntax, mayTranscode({ transferSyntax }, backend))
  const selection: Selection = new Map(
    syntaxes.flatMap((syntax) => {
      const selected = selectMediaType(acceptable, formsOf(syntax))
      return selected === undefined ? [] : [[syntax, selected] as const]
    }),
  )
  const nothing = () => nothingAcceptable(request, syntaxes, syntaxes.flatMap(formsOf), backend)
  if (selection.size === 0) return nothing()
  const selected = [...selection.values()]
  // Where a part of them could only go into a zip, all of them do.
  if (selected.some(({ available }) => available === zip)) return zipPayload(request, survey, backend)
  const left = await countLeftOut(request, survey, selection, backend)
  if (left === instances) return nothing()

  const contentTypes = [...selection].map(([syntax, selected]) => `${syntax} ${contentTypeOf(selected)}`).sort()
  const codec = codecOf(selected, backend)
  const isTranscoded = codec.length > 0
  const failed = isTranscoded ? [failuresAmong(survey.held)] : []
  const etag = tagOf(survey.digest, root, ...contentTypes, ...codec, ...failed)
  const more = { etag, lastModified: survey.lastStored, ...partial(left, instances, root) }
  if (!conditionsAreMet(request, more))
    return { content: unread, representation: { contentType: mediaTypes.dicom, ...more } }

  const items = isTranscoded
    ? { pull: await begun(() => transcodedItems(request, survey, selection, backend)), lookAhead: false }
    : storedItems(request, survey, selection, backend)
  const { content, representation } = await multipartPayload(items, mediaTypes.dicom, etag)
  return { content, representation: { ...representation, ...more } }
}

function nothingAcceptable(
  request: RetrieveRequest,
  stored: readonly Uid[],
  available: Parameters<typeof notAcceptable>[2],
  backend: Backend,
): Promise<Retrieved> {
  // "Such a request is equivalent to requesting the corresponding Bulkdata Resource" (Table 10.4.4-1, note 2).
  if (selectMediaType(request.acceptable, availableOctets(['multipart'])) !== undefined)
    return retrieveAllBulkdata(request, backend)
  throw notAcceptable(request.acceptable, stored, available)
}

/** "The response payload contains representations for some, but not all, of the Target Resource(s)" (Table 10.4.3-1). */
function partial(left: number, instances: number, root: string): Partial<Retrieved['representation']> {
  if (left === 0) return {}
  const text = `${left} of ${instances} instances have no acceptable representation and are left out`
  return { status: 206, headers: { warning: warningOf(root, text) } }
}
