import type { StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { measured } from '../../http/content.ts'
import { strongTag } from '../../http/entity-tag.ts'
import { warningOf } from '../../http/warning.ts'
import { availableInstanceMediaTypes, availableOctets } from '../../media-types/available-media-types.ts'
import { mediaTypes } from '../../media-types/dicom-media-types.ts'
import {
  type AvailableMediaType,
  notAcceptable,
  type SelectedMediaType,
  selectMediaType,
} from '../../media-types/selected-media-type.ts'
import { instancePath } from '../prepared-metadata.ts'
import { instanceContent } from './instance-content.ts'
import { type InstanceSurvey, surveyInstances } from './instance-survey.ts'
import { contentTypeOf, multipartPayload, type PayloadItem, tagOf } from './parts.ts'
import type { RetrieveRequest } from './request.ts'
import { conditionsAreMet, type Retrieved, unread } from './response.ts'
import { retrieveAllBulkdata } from './retrieve-bulkdata.ts'
import { zipPayload } from './zip-payload.ts'

/** An addition to PS3.18: a file set with a DICOMDIR. */
const zip: AvailableMediaType = { mediaType: mediaTypes.zip, packaging: 'single' }

type Selection = ReadonlyMap<string, SelectedMediaType>

/**
 * The instances of a study or series, or one instance.
 * @throws DicomwebError `not-found`, `not-acceptable`
 * @see PS3.18 §10.4.1.1.1
 */
export async function retrieveInstanceObjects(request: RetrieveRequest, backend: Backend): Promise<Retrieved> {
  const { scope, acceptable } = request
  const survey = await surveyInstances(scope, backend.index)
  const packagings = scope.instance === undefined ? (['multipart'] as const) : (['multipart', 'single'] as const)
  const syntaxes = [...survey.transferSyntaxes.keys()]
  const available = syntaxes.map((syntax) => [...availableInstanceMediaTypes(syntax, packagings), zip])
  const selection = new Map<string, SelectedMediaType>()
  syntaxes.forEach((syntax, i) => {
    const selected = selectMediaType(acceptable, available[i] ?? [])
    if (selected !== undefined) selection.set(syntax, selected)
  })
  if (selection.size === 0) {
    // "Such a request is equivalent to requesting the corresponding Bulkdata Resource" (Table 10.4.4-1, note 2).
    if (selectMediaType(acceptable, availableOctets(['multipart'])) !== undefined)
      return retrieveAllBulkdata(request, backend)
    throw notAcceptable(acceptable, syntaxes, available.flat())
  }
  const selected = [...selection.values()]
  // Where a part of them could only go into a zip, all of them do.
  if (selected.some(({ available }) => available === zip)) return zipPayload(request, survey, backend)
  const [only] = survey.held ?? []
  const [first] = selected
  return only !== undefined && first?.available.packaging === 'single'
    ? singlePart(request, only, first, backend)
    : multipart(request, survey, selection, backend)
}

async function singlePart(
  request: RetrieveRequest,
  stored: StoredInstance,
  selected: SelectedMediaType,
  backend: Backend,
): Promise<Retrieved> {
  const { transferSyntax = stored.transferSyntax } = selected.available
  const isStored = transferSyntax === stored.transferSyntax
  const representation = {
    contentType: contentTypeOf(selected),
    etag: isStored ? strongTag(stored.digest) : tagOf(stored.digest, transferSyntax),
    lastModified: stored.storedAt,
    ...(isStored && { digest: stored.digest }),
  }
  if (!conditionsAreMet(request, representation)) return { content: unread, representation }
  return { content: await measured(instanceContent(stored, transferSyntax, backend)), representation }
}

async function multipart(
  request: RetrieveRequest,
  survey: InstanceSurvey,
  selection: Selection,
  backend: Backend,
): Promise<Retrieved> {
  const { root } = request
  const { held, instances, transferSyntaxes } = survey
  const toItems = (stored: StoredInstance): PayloadItem[] => {
    const selected = selection.get(stored.transferSyntax)
    if (selected === undefined) return []
    const { transferSyntax = stored.transferSyntax } = selected.available
    return [
      {
        content: instanceContent(stored, transferSyntax, backend),
        contentType: contentTypeOf(selected),
        location: root + instancePath(stored),
      },
    ]
  }
  async function* pull(): AsyncIterable<PayloadItem> {
    for await (const stored of survey.rows()) yield* toItems(stored)
  }
  const contentTypes = [...selection].map(([syntax, selected]) => `${syntax} ${contentTypeOf(selected)}`).sort()
  const etag = tagOf(survey.digest, root, ...contentTypes)
  const left = [...transferSyntaxes].reduce((sum, [syntax, count]) => sum + (selection.has(syntax) ? 0 : count), 0)
  const more = { etag, lastModified: survey.lastStored, ...partial(left, instances, root) }
  if (!conditionsAreMet(request, more))
    return { content: unread, representation: { contentType: mediaTypes.dicom, ...more } }

  // The rows tell how long a stored object is; one that is converted has to be looked into.
  const lookAhead = [...selection].every(([syntax, { available }]) => (available.transferSyntax ?? syntax) === syntax)
  const items = held?.flatMap(toItems) ?? { pull, lookAhead }
  const { content, representation } = await multipartPayload(items, mediaTypes.dicom, etag)
  return { content, representation: { ...representation, ...more } }
}

/** "The response payload contains representations for some, but not all, of the Target Resource(s)" (Table 10.4.3-1). */
function partial(left: number, instances: number, root: string): Partial<Retrieved['representation']> {
  if (left === 0) return {}
  const text = `${left} of ${instances} instances have no acceptable representation and are left out`
  return { status: 206, headers: { warning: warningOf(root, text) } }
}
