import { lookupTransferSyntax } from '@sansfilm/dicom'
import { isAboutPixelData } from '../../../adapters/adapter-error.ts'
import type { StoredInstance } from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import type { AcceptableMediaType, AcceptableMediaTypes } from '../../../media-types/acceptable-media-types.ts'
import { type CanTranscode, cannotTranscode } from '../../../media-types/available-media-types.ts'
import {
  type AvailableMediaType,
  notAcceptable,
  type SelectedMediaType,
  selectMediaType,
} from '../../../media-types/selected-media-type.ts'
import { failureOf } from './failures.ts'
import { imageFactsOf } from './image-facts.ts'
import { pixelTargetOf } from './target.ts'

/** Whether codecs are at hand to take what is stored in a transfer syntax to another; what the pixels are may forbid it. */
export function mayTranscode(
  { transferSyntax }: Pick<StoredInstance, 'transferSyntax'>,
  { transcoder }: Pick<Backend, 'transcoder'>,
): CanTranscode {
  if (transcoder?.decodes.has(transferSyntax) !== true) return cannotTranscode
  return (target) => transcoder.encodes.has(target)
}

/** Whether the pixel data of an instance, by its description, can be taken to a transfer syntax; not where it failed lately. */
export async function canTranscode(
  stored: StoredInstance,
  backend: Pick<Backend, 'transcoder' | 'index'>,
): Promise<CanTranscode> {
  const { transcoder } = backend
  const may = mayTranscode(stored, backend)
  if (transcoder === undefined || may === cannotTranscode) return cannotTranscode
  const facts = await imageFactsOf(stored, backend)
  // Without pixel data there is nothing to decode, and nothing to compress.
  if (facts.layout === undefined) return (target) => lookupTransferSyntax(target)?.encapsulated === false
  return (target) => {
    const pixelTarget = may(target) ? pixelTargetOf(stored, facts, target, transcoder) : undefined
    return pixelTarget !== undefined && failureOf(stored, pixelTarget.frameSyntax) === undefined
  }
}

/**
 * Selects among what can be produced of one instance. Only where that takes a codec is the instance looked into.
 * @returns `selected` is `undefined` where nothing is acceptable
 * @throws AdapterError where the pixel data could not be decoded lately, and nothing else is acceptable
 * @see PS3.18 §8.7.8
 */
export async function negotiated<A extends AvailableMediaType>(
  acceptable: AcceptableMediaTypes,
  stored: StoredInstance,
  availableWith: (canTranscode: CanTranscode) => readonly A[],
  backend: Pick<Backend, 'transcoder' | 'index'>,
): Promise<{ readonly selected: SelectedMediaType<A> | undefined; readonly available: readonly A[] }> {
  const hoped = availableWith(mayTranscode(stored, backend))
  const best = selectMediaType(acceptable, hoped)
  if (best?.available.transcoded !== true) return { selected: best, available: hoped }
  const available = availableWith(await canTranscode(stored, backend))
  const selected = selectMediaType(acceptable, available)
  const failure = failureOf(stored)
  if (selected === undefined && failure !== undefined) throw failure
  return { selected, available }
}

/** The same where nothing else is to be done about it. @throws DicomwebError `not-acceptable`; AdapterError as above */
export async function negotiate<A extends AvailableMediaType>(
  acceptable: AcceptableMediaTypes,
  stored: StoredInstance,
  availableWith: (canTranscode: CanTranscode) => readonly A[],
  backend: Pick<Backend, 'transcoder' | 'index'>,
): Promise<SelectedMediaType<A>> {
  const { selected, available } = await negotiated(acceptable, stored, availableWith, backend)
  if (selected === undefined) throw notAcceptable(acceptable, [stored.transferSyntax], available)
  return selected
}

/**
 * Answers in the form that was selected. Where its pixel data turns out not to be decodable, it is the form that would have
 * been selected without codecs, where the client accepts one: as it would be at the next request, when that is known.
 * @throws what `answer` throws
 */
export async function answerOrStored<A extends AvailableMediaType, Answer>(
  acceptable: AcceptableMediaTypes,
  selected: SelectedMediaType<A>,
  availableWith: (canTranscode: CanTranscode) => readonly A[],
  answer: (selected: SelectedMediaType<A>) => Promise<Answer>,
): Promise<Answer> {
  try {
    return await answer(selected)
  } catch (error) {
    const stored = isAboutPixelData(error) ? selectMediaType(acceptable, availableWith(cannotTranscode)) : undefined
    if (stored === undefined) throw error
    return answer(stored)
  }
}

/** What was selected where it takes no codec, by backend, header and form. */
const remembered = new WeakMap<object, WeakMap<readonly AcceptableMediaType[], Map<string, SelectedMediaType>>>()

/**
 * The same for what is asked for again and again. Viewers ask for one frame after the other by the same header, which is
 * parsed once; to select among a hundred forms again each time took a tenth of a tile's time.
 * @param form names all that `availableWith` depends on beside codecs
 * @throws DicomwebError `not-acceptable`; AdapterError as above
 */
export async function negotiateForm(
  acceptable: AcceptableMediaTypes,
  stored: StoredInstance,
  form: string,
  availableWith: (canTranscode: CanTranscode) => readonly AvailableMediaType[],
  backend: Pick<Backend, 'transcoder' | 'index'>,
): Promise<SelectedMediaType> {
  const ofBackend = remembered.get(backend) ?? new WeakMap<typeof acceptable.header, Map<string, SelectedMediaType>>()
  const ofHeader = ofBackend.get(acceptable.header) ?? new Map<string, SelectedMediaType>()
  const known = acceptable.query.length === 0 ? ofHeader.get(form) : undefined
  if (known !== undefined) return known
  const hoped = selectMediaType(acceptable, availableWith(mayTranscode(stored, backend)))
  if (hoped !== undefined && hoped.available.transcoded !== true) {
    if (acceptable.query.length === 0)
      remembered.set(backend, ofBackend.set(acceptable.header, ofHeader.set(form, hoped)))
    return hoped
  }
  return negotiate(acceptable, stored, availableWith, backend)
}

/** What makes the bytes of an answer beside what is stored; part of its entity tag. */
export function codecOf(
  selected: readonly SelectedMediaType[],
  { transcoder }: Pick<Backend, 'transcoder'>,
): readonly string[] {
  const isTranscoded = selected.some(({ available }) => available.transcoded === true)
  return isTranscoded && transcoder !== undefined ? [transcoder.version] : []
}
