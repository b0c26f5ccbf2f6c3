import type { Uid } from '@sansfilm/dicom'
import type { InstanceIndex, InstanceStorage, StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import type { Content } from '../../http/content.ts'
import { strongTag, weakTag } from '../../http/entity-tag.ts'
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
import { measuredContent } from './measured-content.ts'
import { contentTypeOf, multipartPayload, type PayloadItem, tagOf } from './parts.ts'
import type { RetrieveRequest } from './request.ts'
import type { Retrieved } from './response.ts'
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
  const { index, storage } = backend
  const survey = await surveyInstances(scope, index)
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
  if (only === undefined || first === undefined || scope.instance === undefined)
    return multipart(request, survey, selection, (stored, syntax) => instanceContent(stored, syntax, storage), index)
  const content = await rangeableContent(request, only, first.available.transferSyntax ?? only.transferSyntax, storage)
  return first.available.packaging === 'single'
    ? singlePart(only, first, content)
    : multipart(request, survey, selection, () => content, index)
}

/** Converted to find its length, when nobody has asked for a range, up to this many bytes. */
const maxMeasuredBytes = 8 * 1024 * 1024

/** One instance: what is converted has no length before it is made, and without one there is no Range (RFC 9110 §14.2). */
async function rangeableContent(
  { headers }: RetrieveRequest,
  stored: StoredInstance,
  transferSyntax: Uid,
  storage: InstanceStorage,
): Promise<Content> {
  const content = instanceContent(stored, transferSyntax, storage)
  const measure = headers.range !== undefined || stored.location.length <= maxMeasuredBytes
  return content.length === undefined && measure ? measuredContent(content) : content
}

function singlePart(stored: StoredInstance, selected: SelectedMediaType, content: Content): Retrieved {
  const { transferSyntax = stored.transferSyntax } = selected.available
  const isStored = transferSyntax === stored.transferSyntax
  return {
    content,
    representation: {
      contentType: contentTypeOf(selected),
      etag: isStored ? strongTag(stored.digest) : tagOf(stored.digest, transferSyntax),
      lastModified: stored.storedAt,
      ...(isStored && { digest: stored.digest }),
    },
  }
}

function multipart(
  { scope, root }: RetrieveRequest,
  { held, digest, lastStored, instances, transferSyntaxes }: InstanceSurvey,
  selection: Selection,
  contentOf: (stored: StoredInstance, transferSyntax: Uid) => Content,
  index: InstanceIndex,
): Retrieved {
  const toItems = (stored: StoredInstance): PayloadItem[] => {
    const selected = selection.get(stored.transferSyntax)
    if (selected === undefined) return []
    const { transferSyntax = stored.transferSyntax } = selected.available
    return [
      {
        content: contentOf(stored, transferSyntax),
        contentType: contentTypeOf(selected),
        location: root + instancePath(stored),
      },
    ]
  }
  async function* pulled(): AsyncIterable<PayloadItem> {
    for await (const stored of index.instances(scope)) yield* toItems(stored)
  }
  const contentTypes = [...selection].map(([syntax, selected]) => `${syntax} ${contentTypeOf(selected)}`).sort()
  const tag = tagOf(digest, root, ...contentTypes)
  const { content, representation } = multipartPayload(held?.flatMap(toItems) ?? pulled(), mediaTypes.dicom, tag)
  // Rows that are read again may have changed since they were looked through.
  const validators = { etag: held === undefined ? weakTag(tag.slice(1, -1)) : tag, lastModified: lastStored }
  const left = [...transferSyntaxes].reduce((sum, [syntax, count]) => sum + (selection.has(syntax) ? 0 : count), 0)
  return { content, representation: { ...representation, ...validators, ...partial(left, instances, root) } }
}

/** "The response payload contains representations for some, but not all, of the Target Resource(s)" (Table 10.4.3-1). */
function partial(left: number, instances: number, root: string): Partial<Retrieved['representation']> {
  if (left === 0) return {}
  const text = `${left} of ${instances} instances have no acceptable representation and are left out`
  return { status: 206, headers: { warning: warningOf(root, text) } }
}
