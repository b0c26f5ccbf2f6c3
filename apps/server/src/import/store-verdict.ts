import { type Dataset, itemsOf, stringOf, type Tag, tags } from '@sansfilm/dicom'
import { refused, type Verdict } from './file-outcome.ts'

/** The answer to a store of one instance, as it came. */
export interface StoreAnswer {
  readonly status: number
  /** The Warning header. */
  readonly warning: string | undefined
  readonly contentType: string | undefined
  readonly body: string
}

/** Error Comment is LO; a comment of the full length was cut. @see PS3.5 §6.2 */
const maxComment = 64

/**
 * Reads the answer to a store of one instance: its Store Instances Response Module, or the problem document of a request
 * that failed as a whole.
 * @see PS3.18 Annex I
 */
export function storeVerdict(answer: StoreAnswer): Verdict {
  const module = responseModule(answer)
  if (module !== undefined) {
    const failure = [tags.FailedSOPSequence, tags.OtherFailuresSequence].flatMap((tag) => itemsOf(module, tag))[0]
    if (failure !== undefined) return refused(wordsOf(failure))
    if (itemsOf(module, tags.ReferencedSOPSequence).length > 0) return { status: storedStatus(answer.warning) }
  }
  // Servers need not name what they stored: 200 says that all went well (PS3.18 Table 10.5.3-1).
  if (answer.status === 200) return { status: storedStatus(answer.warning) }
  return refused(problemDetail(answer) ?? `The server answered with status ${answer.status}`)
}

/**
 * Reads the answer to a store of several instances. `undefined` for one that the answer does not name, as one that could
 * not be read.
 * @param instances SOP Instance UIDs of what was sent, in order, each once
 * @see PS3.18 Annex I
 */
export function storeVerdicts(answer: StoreAnswer, instances: readonly string[]): readonly (Verdict | undefined)[] {
  const module = responseModule(answer)
  if (module === undefined && answer.status !== 200) return []
  const itemsByUid = (tag: Tag) =>
    new Map(itemsOf(module ?? {}, tag).map((item) => [stringOf(item, tags.ReferencedSOPInstanceUID), item]))
  const [stored, failed] = [itemsByUid(tags.ReferencedSOPSequence), itemsByUid(tags.FailedSOPSequence)]
  let already = storedAlready(answer.warning)
  return instances.map((uid) => {
    const failure = failed.get(uid)
    if (failure !== undefined) return refused(wordsOf(failure))
    // Servers need not name what they stored: 200 says that all went well (PS3.18 Table 10.5.3-1).
    if (!stored.has(uid) && answer.status !== 200) return undefined
    already -= 1
    return { status: already >= 0 ? 'already-stored' : 'stored' }
  })
}

/** How many instances were there before, as an archive of ours tells in a Warning. */
function storedAlready(warning: string | undefined): number {
  return Number(/(\d+) of \d+ instances were stored already/.exec(warning ?? '')?.[1] ?? 0)
}

function storedStatus(warning: string | undefined): 'stored' | 'already-stored' {
  return storedAlready(warning) > 0 ? 'already-stored' : 'stored'
}

function wordsOf(failure: Dataset): string {
  const comment = stringOf(failure, tags.ErrorComment)
  if (comment !== undefined && comment !== '') return comment.length < maxComment ? comment : `${comment}…`
  const code = Number(stringOf(failure, tags.FailureReason) ?? 0)
  return `Refused with failure reason ${code.toString(16).toUpperCase().padStart(4, '0')}H`
}

function responseModule(answer: StoreAnswer): Dataset | undefined {
  if (!/^application\/(dicom\+)?json\b/i.test(answer.contentType ?? '')) return undefined
  const json = parseJson(answer.body)
  const module = Array.isArray(json) ? json[0] : json
  // The accessors of `Dataset` look before they take, so that any object will do.
  return typeof module === 'object' && module !== null ? (module as Dataset) : undefined
}

function problemDetail(answer: StoreAnswer): string | undefined {
  if (!/^application\/problem\+json\b/i.test(answer.contentType ?? '')) return undefined
  const json = parseJson(answer.body)
  if (typeof json !== 'object' || json === null) return undefined
  const { detail, title } = json as { readonly detail?: unknown; readonly title?: unknown } // both checked below
  return [detail, title].find((text) => typeof text === 'string')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
