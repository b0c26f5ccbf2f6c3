import type { Uid } from '@sansfilm/dicom'
import { isAboutPixelData } from '../../adapters/adapter-error.ts'
import type { StoredInstance } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { type Content, measured } from '../../http/content.ts'
import {
  availableInstanceMediaTypes,
  type CanTranscode,
  cannotTranscode,
} from '../../media-types/available-media-types.ts'
import { mediaTypes } from '../../media-types/dicom-media-types.ts'
import {
  type AvailableMediaType,
  type SelectedMediaType,
  selectMediaType,
} from '../../media-types/selected-media-type.ts'
import { instancePath } from '../prepared-metadata.ts'
import { madeAhead } from './begun.ts'
import { instanceContent } from './instance-content.ts'
import type { InstanceSurvey } from './instance-survey.ts'
import { contentTypeOf, type PayloadItem, type PayloadItems } from './parts.ts'
import type { RetrieveRequest } from './request.ts'
import { failureOf } from './transcoded/failures.ts'
import { canTranscode } from './transcoded/negotiate.ts'
import { transcodedContent } from './transcoded/transcoded-content.ts'

/** An addition to PS3.18: a file set with a DICOMDIR. */
export const zip: AvailableMediaType = { mediaType: mediaTypes.zip, packaging: 'single' }

/** Instances that are begun before the one in front of them is sent. */
const instancesAhead = 2

/** What was selected for the instances in one transfer syntax; with a codec, as far as can be told without looking at them. */
export type Selection = ReadonlyMap<Uid, SelectedMediaType>

/** What can be sent of instances in a transfer syntax. */
export function instanceForms(
  { scope }: RetrieveRequest,
  transferSyntax: Uid,
  can: CanTranscode,
): readonly AvailableMediaType[] {
  const packagings = scope.instance === undefined ? (['multipart'] as const) : (['multipart', 'single'] as const)
  return [...availableInstanceMediaTypes(transferSyntax, packagings, can), zip]
}

/** One instance as an item of a payload. */
export function itemOf(
  stored: StoredInstance,
  selected: SelectedMediaType,
  request: RetrieveRequest,
  backend: Backend,
): PayloadItem {
  return {
    content: contentOf(stored, selected, request, backend),
    contentType: contentTypeOf(selected),
    location: request.root + instancePath(stored),
  }
}

/** The Part 10 object of an instance in the form that was selected. */
export function contentOf(
  stored: StoredInstance,
  { available: { transferSyntax = stored.transferSyntax, transcoded } }: SelectedMediaType,
  { signal }: RetrieveRequest,
  backend: Backend,
): Content {
  return transcoded === true
    ? transcodedContent(stored, transferSyntax, backend, signal)
    : instanceContent(stored, transferSyntax, backend)
}

/** Items that take no codec. */
export function storedItems(
  request: RetrieveRequest,
  { held, rows }: InstanceSurvey,
  selection: Selection,
  backend: Backend,
): PayloadItems {
  const toItems = (stored: StoredInstance): PayloadItem[] => {
    const selected = selection.get(stored.transferSyntax)
    return selected === undefined ? [] : [itemOf(stored, selected, request, backend)]
  }
  async function* pull(): AsyncIterable<PayloadItem> {
    for await (const stored of rows()) yield* toItems(stored)
  }
  // The rows tell how long a stored object is; one that is converted has to be looked into.
  const lookAhead = [...selection].every(([syntax, { available }]) => (available.transferSyntax ?? syntax) === syntax)
  return held?.flatMap(toItems) ?? { pull, lookAhead }
}

/**
 * Items some of which take a codec, each measured: what cannot be decoded shows then. One such image among many is no reason
 * to send none: it goes out as it is stored, and says so.
 */
export async function* transcodedItems(
  request: RetrieveRequest,
  survey: InstanceSurvey,
  selection: Selection,
  backend: Backend,
): AsyncIterable<PayloadItem> {
  const make = async (stored: StoredInstance): Promise<PayloadItem | undefined> => {
    const hoped = selection.get(stored.transferSyntax)
    const selected = hoped && (await selectedFor(request, stored, hoped, backend))
    if (selected === undefined) return undefined
    const item = itemOf(stored, selected, request, backend)
    try {
      return { ...item, content: await measured(item.content) }
    } catch (error) {
      if (!isAboutPixelData(error)) throw error
      return itemOf(stored, asStored(stored), request, backend)
    }
  }
  for await (const item of madeAhead(survey.rows(), make, instancesAhead)) if (item !== undefined) yield item
}

/** How many instances have no acceptable representation. Those are looked into for which a codec is the only hope. */
export async function countLeftOut(
  request: RetrieveRequest,
  { transferSyntaxes, rows }: InstanceSurvey,
  selection: Selection,
  backend: Backend,
): Promise<number> {
  let left = 0
  const uncertain = new Map<Uid, SelectedMediaType>()
  for (const [syntax, count] of transferSyntaxes) {
    const hoped = selection.get(syntax)
    if (hoped === undefined) left += count
    else if (hoped.available.transcoded === true && !isAcceptableAsStored(request, syntax)) uncertain.set(syntax, hoped)
  }
  if (uncertain.size === 0) return left
  for await (const stored of rows()) {
    const hoped = uncertain.get(stored.transferSyntax)
    if (hoped !== undefined && (await selectedFor(request, stored, hoped, backend)) === undefined) left++
  }
  return left
}

function isAcceptableAsStored(request: RetrieveRequest, transferSyntax: Uid): boolean {
  return selectMediaType(request.acceptable, instanceForms(request, transferSyntax, cannotTranscode)) !== undefined
}

/** What is selected for one instance, its pixels looked at; `undefined` where nothing acceptable can be made of them. */
async function selectedFor(
  request: RetrieveRequest,
  stored: StoredInstance,
  hoped: SelectedMediaType,
  backend: Backend,
): Promise<SelectedMediaType | undefined> {
  if (hoped.available.transcoded !== true) return hoped
  const forms = instanceForms(request, stored.transferSyntax, await canTranscode(stored, backend))
  const selected = selectMediaType(request.acceptable, forms)
  if (selected === undefined) return failureOf(stored) && asStored(stored)
  return selected.available === zip ? asStored(stored) : selected
}

function asStored({ transferSyntax }: StoredInstance): SelectedMediaType {
  const { dicom } = mediaTypes
  return { available: { mediaType: dicom, packaging: 'multipart', transferSyntax }, mediaType: dicom }
}
