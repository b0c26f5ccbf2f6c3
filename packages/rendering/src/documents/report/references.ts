import { type Dataset, isUid, itemsOf, lookupSopClass, stringOf, tags, valuesOf } from '@sansfilm/dicom'
import type { Span } from './page.ts'

/** Leads from an instance to its rendered form, where the report says in which series it is. */
export interface References {
  /** A relative URL; `undefined` where it is not known where the instance lies. */
  hrefOf(instance: string, frames: readonly number[]): string | undefined
}

/** Longer lists of frames make URLs that servers refuse: the whole instance is linked instead. */
const maxLinkedFrames = 20

const evidenceSequences = [
  tags.CurrentRequestedProcedureEvidenceSequence,
  tags.PertinentOtherEvidenceSequence,
  tags.PredecessorDocumentsSequence,
  tags.IdenticalDocumentsSequence,
]

/**
 * Reads the evidence sequences, which name study and series of every reference of the content tree.
 * @param root what stands before `studies/` in a URL
 * @see PS3.3 §C.17.2.3, Table C.17-3
 */
export function readReferences(dataset: Dataset, root: string): References {
  const places = new Map<string, string>()
  for (const study of evidenceSequences.flatMap((tag) => itemsOf(dataset, tag))) {
    const studyUid = stringOf(study, tags.StudyInstanceUID) ?? ''
    for (const series of itemsOf(study, tags.ReferencedSeriesSequence)) {
      const seriesUid = stringOf(series, tags.SeriesInstanceUID) ?? ''
      for (const instance of itemsOf(series, tags.ReferencedSOPSequence)) {
        const uid = stringOf(instance, tags.ReferencedSOPInstanceUID) ?? ''
        // What is no UID never becomes part of a URL.
        if ([studyUid, seriesUid, uid].every(isUid)) {
          places.set(uid, `${root}studies/${studyUid}/series/${seriesUid}/instances/${uid}`)
        }
      }
    }
  }
  return {
    hrefOf(instance, frames) {
      const place = places.get(instance)
      if (place === undefined) return undefined
      const some = frames.length > 0 && frames.length <= maxLinkedFrames
      return some ? `${place}/frames/${frames.join(',')}/rendered` : `${place}/rendered`
    },
  }
}

/** An IMAGE, WAVEFORM or COMPOSITE value: what is referred to, linked where it can be. @see PS3.3 §C.18.3 to §C.18.5 */
export function describeReference(dataset: Dataset, references: References): readonly Span[] {
  const items = itemsOf(dataset, tags.ReferencedSOPSequence)
  if (items.length === 0) return [{ text: 'no reference', muted: true }]
  return items.flatMap((item, i) => [...(i === 0 ? [] : [{ text: ', ' }]), ...describeInstance(item, references)])
}

function describeInstance(item: Dataset, references: References): readonly Span[] {
  const uid = stringOf(item, tags.ReferencedSOPInstanceUID) ?? ''
  const sopClass = stringOf(item, tags.ReferencedSOPClassUID) ?? ''
  const numbers = (tag: string) => valuesOf(item, tag).filter((value) => Number.isInteger(value)) as number[]
  const frames = numbers(tags.ReferencedFrameNumber)
  const segments = numbers(tags.ReferencedSegmentNumber)
  const channels = numbers(tags.ReferencedWaveformChannels)
  const details = [
    ...(frames.length === 0 ? [] : [list('frame', frames)]),
    ...(segments.length === 0 ? [] : [list('segment', segments)]),
    ...(channels.length === 0 ? [] : [`channels ${pairs(channels)}`]),
  ]
  const text = [kindOf(sopClass), ...details].join(', ')
  const href = references.hrefOf(uid, frames)
  const link: Span = { text, hint: uid, ...(href === undefined ? {} : { href }) }
  const presentation = itemsOf(item, tags.ReferencedSOPSequence)[0]
  const shown: readonly Span[] =
    presentation === undefined ? [] : [{ text: ' shown by ' }, ...describeInstance(presentation, references)]
  // Without a link the UID is all that leads to the instance.
  return href === undefined && uid !== '' ? [link, { text: ` ${uid}`, muted: true }, ...shown] : [link, ...shown]
}

/** `CT Image` of `CT Image Storage`. */
export function kindOf(sopClass: string): string {
  return lookupSopClass(sopClass)?.name.replace(/ Storage\b.*$/, '') ?? 'Instance'
}

function list(noun: string, numbers: readonly number[]): string {
  return numbers.length === 1 ? `${noun} ${numbers[0]}` : `${noun}s ${numbers.join(', ')}`
}

/** Multiplex group and channel of each (PS3.3 §C.18.5.1.1). */
function pairs(channels: readonly number[]): string {
  const shown: string[] = []
  for (let i = 0; i + 1 < channels.length; i += 2) shown.push(`${channels[i]}/${channels[i + 1] || 'all'}`)
  return shown.join(', ')
}

/** Whether a text may stand before `studies/` in a link: relative, or http(s). */
export function isSafeRoot(root: string): boolean {
  return !/["'<>\s\\]/.test(root) && (/^https?:\/\//i.test(root) || !/^(\/\/|[^/?#]*:)/.test(root))
}
