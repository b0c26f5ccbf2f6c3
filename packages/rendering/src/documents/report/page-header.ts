import { type Dataset, itemsOf, lookupSopClass, stringOf, type Tag, tags } from '@sansfilm/dicom'
import { conceptOf } from '../concept.ts'
import { formatDate, formatDateTime, formatTime, namesOf } from '../format-value.ts'
import { patientFacts } from '../patient-facts.ts'
import { type Entry, type Page, plainEntry, type Span } from './page.ts'
import { kindOf, type References } from './references.ts'

/** Everything above and below the content tree. @see PS3.3 §C.17.2 */
export function layoutHeader(dataset: Dataset, references: References): Omit<Page, 'notes' | 'blocks' | 'language'> {
  return {
    title: conceptOf(dataset, tags.ConceptNameCodeSequence)?.meaning ?? titleOf(dataset),
    flags: flagsOf(dataset),
    facts: [
      { title: 'Patient', entries: patientEntries(dataset) },
      { title: 'Study', entries: studyEntries(dataset) },
      { title: 'Document', entries: documentEntries(dataset, references) },
    ].filter(({ entries }) => entries.length > 0),
    imprint: [
      plainEntry('SOP Class', lookupSopClass(text(dataset, tags.SOPClassUID))?.name ?? text(dataset, tags.SOPClassUID)),
      plainEntry('SOP Instance UID', text(dataset, tags.SOPInstanceUID)),
      plainEntry('Study Instance UID', text(dataset, tags.StudyInstanceUID)),
    ].filter(isFilled),
  }
}

function titleOf(dataset: Dataset): string {
  return text(dataset, tags.SeriesDescription) || kindOf(text(dataset, tags.SOPClassUID))
}

function patientEntries(dataset: Dataset): readonly Entry[] {
  const { name, id, birthDate, sex, age } = patientFacts(dataset)
  return [
    plainEntry('Name', name ?? ''),
    plainEntry('ID', id ?? ''),
    plainEntry('Born', birthDate ?? ''),
    plainEntry('Sex', sex ?? ''),
    plainEntry('Age', age ?? ''),
  ].filter(isFilled)
}

function studyEntries(dataset: Dataset): readonly Entry[] {
  return [
    plainEntry('Description', text(dataset, tags.StudyDescription)),
    plainEntry('Date', dateAndTime(dataset, tags.StudyDate, tags.StudyTime)),
    plainEntry('Accession number', text(dataset, tags.AccessionNumber)),
    plainEntry('Study ID', text(dataset, tags.StudyID)),
    plainEntry('Referred by', namesOf(dataset, tags.ReferringPhysicianName).join('; ')),
    plainEntry('Institution', text(dataset, tags.InstitutionName)),
  ].filter(isFilled)
}

function documentEntries(dataset: Dataset, references: References): readonly Entry[] {
  return [
    plainEntry('Date', dateAndTime(dataset, tags.ContentDate, tags.ContentTime)),
    ...itemsOf(dataset, tags.AuthorObserverSequence).map((item) => plainEntry('Author', describeObserver(item))),
    ...itemsOf(dataset, tags.ParticipantSequence).map((item) =>
      plainEntry(participation(item), withTime(describeObserver(item), item, tags.ParticipationDateTime)),
    ),
    ...itemsOf(dataset, tags.VerifyingObserverSequence).map((item) =>
      plainEntry('Verified by', withTime(describeVerifier(item), item, tags.VerificationDateTime)),
    ),
    plainEntry('Status', text(dataset, tags.CompletionFlagDescription)),
    plainEntry(
      'Device',
      [tags.Manufacturer, tags.ManufacturerModelName]
        .map((tag) => text(dataset, tag))
        .join(' ')
        .trim(),
    ),
    ...predecessorEntries(dataset, references),
  ].filter(isFilled)
}

/** Who wrote, entered or attests a document: a person or a device (PS3.3 Table C.17-3b). */
function describeObserver(item: Dataset): string {
  const device = [text(item, tags.StationName), text(item, tags.Manufacturer), text(item, tags.ManufacturerModelName)]
  const who = namesOf(item, tags.PersonName).join('; ') || device.filter((part) => part !== '').join(' ')
  return [who || text(item, tags.DeviceUID), text(item, tags.InstitutionName)].filter((part) => part !== '').join(', ')
}

function describeVerifier(item: Dataset): string {
  const name = namesOf(item, tags.VerifyingObserverName).join('; ')
  return [name, text(item, tags.VerifyingOrganization)].filter((part) => part !== '').join(', ')
}

const participations: { readonly [type: string]: string } = {
  SOURCE: 'Source',
  ENT: 'Entered by',
  ATTEST: 'Attested by',
}

function participation(item: Dataset): string {
  const type = text(item, tags.ParticipationType)
  return (Object.hasOwn(participations, type) ? participations[type] : undefined) ?? 'Participant'
}

function withTime(who: string, item: Dataset, tag: Tag): string {
  const when = text(item, tag)
  return when === '' ? who : `${who}${who === '' ? '' : ', '}${formatDateTime(when)}`
}

/** The documents this one replaces or continues. */
function predecessorEntries(dataset: Dataset, references: References): readonly Entry[] {
  const instances = itemsOf(dataset, tags.PredecessorDocumentsSequence)
    .flatMap((study) => itemsOf(study, tags.ReferencedSeriesSequence))
    .flatMap((series) => itemsOf(series, tags.ReferencedSOPSequence))
  return instances.map((instance): Entry => {
    const uid = text(instance, tags.ReferencedSOPInstanceUID)
    const href = references.hrefOf(uid, [])
    const span: Span = { text: kindOf(text(instance, tags.ReferencedSOPClassUID)), hint: uid }
    return { name: [{ text: 'Follows' }], value: [href === undefined ? span : { ...span, href }], below: [] }
  })
}

const flags: readonly { readonly tag: Tag; readonly texts: { readonly [flag: string]: readonly [string, boolean] } }[] =
  [
    { tag: tags.CompletionFlag, texts: { COMPLETE: ['Complete', false], PARTIAL: ['Partial', true] } },
    { tag: tags.VerificationFlag, texts: { VERIFIED: ['Verified', false], UNVERIFIED: ['Not verified', true] } },
    { tag: tags.PreliminaryFlag, texts: { PRELIMINARY: ['Preliminary', true], FINAL: ['Final', false] } },
  ]

/** What a reader must know before the first line. @see PS3.3 Table C.17-2 */
function flagsOf(dataset: Dataset): Page['flags'] {
  return flags.flatMap(({ tag, texts }) => {
    const value = text(dataset, tag)
    const known = Object.hasOwn(texts, value) ? texts[value] : undefined
    return known === undefined ? [] : [{ text: known[0], warn: known[1] }]
  })
}

function dateAndTime(dataset: Dataset, date: Tag, time: Tag): string {
  return [formatDate(text(dataset, date)), formatTime(text(dataset, time))].filter((part) => part !== '').join(' ')
}

function text(dataset: Dataset, tag: Tag): string {
  return stringOf(dataset, tag)?.trim() ?? ''
}

function isFilled({ value }: Entry): boolean {
  return value.some((span) => span.text !== '')
}
