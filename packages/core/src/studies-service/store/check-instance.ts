import {
  type Dataset,
  isConformantUid,
  isUid,
  type ParsedInstance,
  type Part10Problem,
  type Part10Warning,
  sopClassKind,
  stringOf,
  type Tag,
  tagName,
  tags,
  type Uid,
} from '@sansfilm/dicom'
import { type FailureReason, InstanceRefusal } from './failure-reason.ts'

/** The UIDs an instance is known by. */
export interface InstanceIdentity {
  readonly study: Uid
  readonly series: Uid
  readonly instance: Uid
  readonly sopClass: Uid
}

const identifyingTags = {
  study: tags.StudyInstanceUID,
  series: tags.SeriesInstanceUID,
  instance: tags.SOPInstanceUID,
  sopClass: tags.SOPClassUID,
} as const

/** How a problem of the bytes is reported. */
export const reasonOfProblem: Readonly<Record<Part10Problem, FailureReason>> = {
  'not-part10': 'notPart10',
  truncated: 'truncated',
  malformed: 'malformed',
  'unsupported-transfer-syntax': 'transferSyntaxNotSupported',
  'too-large': 'beyondLimits',
}

/**
 * Decides whether a parsed object is an instance this archive stores, and which one.
 * @throws InstanceRefusal
 */
export function identifyInstance(parsed: ParsedInstance): InstanceIdentity {
  refuseUnstorableClass(parsed)
  return {
    study: uidAt(parsed.dataset, identifyingTags.study),
    series: uidAt(parsed.dataset, identifyingTags.series),
    instance: uidAt(parsed.dataset, identifyingTags.instance),
    sopClass: uidAt(parsed.dataset, identifyingTags.sopClass),
  }
}

/** What one may know of an object that is refused, for the Failed SOP Sequence: UIDs only where they are UIDs. */
export function tryIdentify(dataset: Dataset): Partial<InstanceIdentity> {
  const identity: { -readonly [K in keyof InstanceIdentity]?: Uid } = {}
  for (const [name, tag] of Object.entries(identifyingTags)) {
    const uid = stringOf(dataset, tag)
    if (uid !== undefined && isUid(uid)) identity[name as keyof InstanceIdentity] = uid // Object.entries forgets the key type
  }
  return identity
}

/**
 * UIDs that break a rule and stand in real files all the same: stored, and said so. What the data set says counts, also
 * where File Meta Information names another instance (PS3.10 Table 7.1-1).
 */
export function dubiousUids({ dataset, fileMetaInformation }: ParsedInstance): readonly Part10Warning[] {
  const irregular = Object.values(identifyingTags)
    .filter((tag) => !isConformantUid(stringOf(dataset, tag) ?? ''))
    .map((tag) => ({ path: [tag], problem: 'UID has a component with a leading zero (PS3.5 §9.1)' }))
  const mismatched = [
    [tags.MediaStorageSOPClassUID, tags.SOPClassUID],
    [tags.MediaStorageSOPInstanceUID, tags.SOPInstanceUID],
  ] as const
  return [
    ...irregular,
    ...mismatched
      .filter(
        ([meta, tag]) => (stringOf(fileMetaInformation, meta) ?? stringOf(dataset, tag)) !== stringOf(dataset, tag),
      )
      .map(([meta]) => ({ path: [meta], problem: 'File Meta Information differs from the data set' })),
  ]
}

function uidAt(dataset: Dataset, tag: Tag): Uid {
  const uid = stringOf(dataset, tag)
  if (uid === undefined || uid === '') throw new InstanceRefusal('missingUid', `${tagName(tag)} is missing or empty`)
  if (!isUid(uid)) throw new InstanceRefusal('invalidUid', `${tagName(tag)} has characters or a length that no UID has`)
  return uid
}

/**
 * A DICOMDIR is a Basic Directory, not a composite instance (PS3.10 §8.6), and instances without patient and study belong
 * to the Non-Patient Instance Service (PS3.18 §12).
 */
function refuseUnstorableClass(parsed: ParsedInstance): void {
  const sopClass =
    stringOf(parsed.dataset, tags.SOPClassUID) ?? stringOf(parsed.fileMetaInformation, tags.MediaStorageSOPClassUID)
  if (sopClass === undefined) return
  const kind = sopClassKind(sopClass)
  if (kind === 'directory') throw new InstanceRefusal('sopClassNotSupported', 'A DICOMDIR is not an instance')
  if (kind === 'non-patient') {
    throw new InstanceRefusal('sopClassNotSupported', 'Non-patient instances need the Non-Patient Instance Service')
  }
}
