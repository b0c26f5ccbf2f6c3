import type { Condition, InstanceRecord, Level, Match } from '@sansfilm/core/adapters'
import { type Attribute, type Dataset, lookupTag, type PersonName, type TagPath, tags } from '@sansfilm/dicom'
import { recordOf } from './instance-index-records.ts'

/*
 * Data sets and conditions to hold against each other. What is right for each pair is what `matches` says; the data are
 * here to reach every kind of match, every kind of value, and what text must never be taken for.
 */

/** Texts that some language between here and the data gives a meaning. */
export const hostileTexts: readonly string[] = [
  "O'Brien",
  '"quoted"',
  "'; DROP TABLE study; --",
  '100%',
  '100_',
  'a[b-c]d',
  'a[^b]',
  ']',
  'a,b;c',
  '$1 :name @x ?1',
  'back\\slash',
  'a\u0000b',
  'emoji 🩻 x',
  '\uFFFF',
  'ÿÿÿ',
  'İstanbul ß ŁÓDŹ',
  '山田^太郎',
  'だ',
]

const text = (value: string): Dataset => ({ [tags.StudyDescription]: { vr: 'LO', Value: [value] } })
const person = (...names: PersonName[]): Dataset => ({ [tags.PatientName]: { vr: 'PN', Value: names } })
const at = (date: string | null, time?: string): Dataset => ({
  [tags.StudyDate]: { vr: 'DA', Value: [date] },
  ...(time !== undefined && { [tags.StudyTime]: { vr: 'TM', Value: [time] } }),
})
function zoned(dataset: Dataset, offset: string): Dataset {
  return { ...dataset, [tags.TimezoneOffsetFromUTC]: { vr: 'SH', Value: [offset] } }
}
const request = (step: string, procedure: string): Dataset => ({
  [tags.ScheduledProcedureStepID]: { vr: 'SH', Value: [step] },
  [tags.RequestedProcedureID]: { vr: 'SH', Value: [procedure] },
})

const studies: readonly Dataset[] = [
  {},
  person({ Alphabetic: 'Müller^Łucja' }),
  person({ Alphabetic: 'MULLER' }),
  person({ Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }),
  person({ Alphabetic: 'Van der Berg^Anna Maria' }, { Alphabetic: 'Berg^A' }),
  person({}),
  at('20240101'),
  at('20240101', '1030'),
  at('20240102', '235959.5'),
  at('2024.01.03', '10:30:15'),
  at('not a date', '10'),
  at(null),
  zoned(at('20240101', '2330'), '-0500'),
  zoned(at('20240103', '0015'), '+1400'),
  zoned(at('20240102', '12'), '+0000'),
  zoned(at('20240102'), '+0900'),
  zoned({ [tags.StudyTime]: { vr: 'TM', Value: ['0600'] } }, '+0530'),
  { [tags.StudyDate]: { vr: 'DA' }, [tags.PatientID]: { vr: 'LO', Value: ['case', null] } },
  { [tags.PatientID]: { vr: 'LO', Value: [' CASE '] } },
  { [tags.PatientID]: { vr: 'LO', Value: ['first', 'second'] } },
  { [tags.PatientComments]: { vr: 'LT', Value: [`long ${'text '.repeat(500)}end`] } },
  { [tags.PatientComments]: { vr: 'LT', Value: ['Cafe\u0301 "quoted" back\\slash; 300 \u212A\r\nsecond line  '] } },
  { [tags.PatientWeight]: { vr: 'DS', Value: [70.5] } },
  { [tags.PatientWeight]: { vr: 'DS', Value: [70] } },
  ...hostileTexts.map(text),
]

const serieses: readonly Dataset[] = [
  { [tags.Modality]: { vr: 'CS', Value: ['CT'] } },
  { [tags.RequestAttributesSequence]: { vr: 'SQ', Value: [request('S1', 'P1'), request('S2', 'P2')] } },
  { [tags.RequestAttributesSequence]: { vr: 'SQ', Value: [request('S1', 'P2')] } },
  { [tags.RequestAttributesSequence]: { vr: 'SQ' }, [tags.BodyPartExamined]: { vr: 'CS', Value: ['CHEST'] } },
]

const instances: readonly Dataset[] = [
  { [tags.AcquisitionDateTime]: { vr: 'DT', Value: ['20240101103000+0200'] } },
  { [tags.AcquisitionDateTime]: { vr: 'DT', Value: ['202401'] }, [tags.Rows]: { vr: 'US', Value: [512] } },
  zoned({ [tags.AcquisitionDateTime]: { vr: 'DT', Value: ['202401010330'] } }, '-0500'),
  { [tags.ImageType]: { vr: 'CS', Value: ['ORIGINAL', 'PRIMARY', 'AXIAL'] } },
]

/** One study for each study's attributes; the series and instances take turns. */
export const matchingRecords: readonly InstanceRecord[] = studies.flatMap((studyAttributes, study) =>
  [1, 2].map((series) => {
    const seriesAttributes = serieses[(study + series) % serieses.length] as Dataset // within the array
    const instanceAttributes = instances[(study * 2 + series) % instances.length] as Dataset // within the array
    return recordOf({ study: study + 1, series, studyAttributes, seriesAttributes, instanceAttributes })
  }),
)

function on(level: Level, path: TagPath, ...matches: readonly Match[]): readonly Condition[] {
  const vr: Attribute['vr'] = lookupTag(path.at(-1) ?? '')?.vr ?? 'UN'
  return matches.map((match) => ({ level, path, vr, match }))
}

/** The same in each of several time zones. */
function inZones(conditions: readonly Condition[]): readonly Condition[] {
  return ['+0000', '+0100', '-1200', '+1400'].flatMap((timezone) => conditions.map((one) => ({ ...one, timezone })))
}

const values = (...texts: string[]): Match => ({ type: 'values', values: texts })
const wildcard = (...patterns: string[]): Match => ({ type: 'wildcard', patterns })
const words = (...asked: string[]): Match => ({ type: 'words', words: asked })
const between = (from?: string, to?: string): Match => ({
  type: 'range',
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
})
const combined = (from?: string, to?: string): Match => ({
  ...between(from, to),
  type: 'combined-range',
  time: [tags.StudyTime],
})
const empty: Match = { type: 'empty' }

/** Values as `normalizeForMatching` gives them. */
export const matchingConditions: readonly Condition[] = [
  ...on('study', [tags.PatientName], values('muller'), values('muller^lucja'), values('山田^太郎'), empty),
  ...on('study', [tags.PatientName], values('yamada^tarou=山田^太郎=やまだ^たろう'), values('Müller'), values('')),
  ...on(
    'study',
    [tags.PatientName],
    wildcard('mul*'),
    wildcard('*berg*'),
    wildcard('m?ller*'),
    wildcard('*太*', 'mu*'),
  ),
  ...on(
    'study',
    [tags.PatientName],
    words('mul'),
    words('anna', 'berg'),
    words('mar', 'v'),
    words('たろ'),
    words('*arou'),
  ),
  ...on('study', [tags.StudyDate], values('20240101'), values('20240103'), empty),
  ...on(
    'study',
    [tags.StudyDate],
    between('20240101', '20240102'),
    between('20240102'),
    between(undefined, '20240102'),
  ),
  ...on('study', [tags.StudyTime], values('103000.000000'), between('100000.000000', '103014.999999'), empty),
  ...on('study', [tags.StudyDate], combined('20240101103000.000000', '20240102235959.000000')),
  ...on('study', [tags.StudyDate], combined('20240101103000.000001'), combined(undefined, '20240101103000.000000')),
  ...inZones([
    ...on('study', [tags.StudyDate], values('20240101'), values('20240102'), between('20240102', '20240103'), empty),
    ...on('study', [tags.StudyDate], between('20240103'), between(undefined, '20240101')),
    ...on('study', [tags.StudyTime], values('053000.000000'), between('000000.000000', '060000.000000'), empty),
    ...on('study', [tags.StudyDate], combined('20240102043000.000000', '20240102053000.000000'), combined('20240103')),
    ...on('instance', [tags.AcquisitionDateTime], values('20240101083000.000000'), between('20240101')),
  ]),
  ...on('study', [tags.PatientID], values('case'), values('CASE'), values('second', 'none'), wildcard('?ase'), empty),
  ...on('study', [tags.PatientComments], wildcard('long*end'), wildcard('*text'), empty),
  ...on(
    'study',
    [tags.PatientComments],
    ...['*quoted*', '*"quoted"*', 'Café*', 'Cafe*', '*back\\slash*', '*300 K*', '*K*', '*; 3*', '*line', '*\r\n*'].map(
      (pattern) => wildcard(pattern),
    ),
    wildcard('none', '*second l?ne*'),
    values('Café "quoted" back\\slash; 300 K\r\nsecond line'),
  ),
  ...on('study', [tags.PatientWeight], values('70'), values('70.5', '71'), empty),
  ...on('study', [tags.ModalitiesInStudy], values('CT'), values('CT', 'OT'), wildcard('O?'), empty),
  ...on('study', [tags.NumberOfStudyRelatedInstances], values('2'), values('3')),
  ...on('study', [tags.StudyInstanceUID], values('2.25.1.3', '2.25.1.5', '2.25.1')),
  ...on('study', [tags.StudyDescription], ...hostileTexts.map((text) => values(text.normalize('NFC').trim()))),
  ...on('study', [tags.StudyDescription], ...hostileTexts.map((text) => wildcard(`${text.slice(0, 2)}*`))),
  ...on('study', [tags.StudyDescription], ...hostileTexts.map((text) => wildcard(`*${text.slice(1)}`))),
  ...on(
    'study',
    [tags.StudyDescription],
    wildcard('*a*b*c*'),
    wildcard('*a*b*c*d*'),
    wildcard('*O*B*r*i*n*'),
    wildcard('a*b*-*c*d'),
    wildcard('?'),
    wildcard('a[b-c]?'),
    wildcard('*\uD83E*'),
  ),
  ...on('series', [tags.Modality], values('CT'), values('CT', 'OT'), empty),
  ...on('series', [tags.BodyPartExamined], values('CHEST'), wildcard('C*T'), empty),
  ...on('series', [tags.SeriesNumber], values('1'), values('2', '3')),
  ...on('series', [tags.NumberOfSeriesRelatedInstances], values('1')),
  ...on('series', [tags.RequestAttributesSequence], empty),
  ...on('series', [tags.RequestAttributesSequence, tags.ScheduledProcedureStepID], values('S1'), wildcard('S*'), empty),
  ...on('series', [tags.RequestAttributesSequence], {
    type: 'item',
    keys: [
      { path: [tags.ScheduledProcedureStepID], vr: 'SH', match: values('S1') },
      { path: [tags.RequestedProcedureID], vr: 'SH', match: values('P2') },
    ],
  }),
  ...on('instance', [tags.SOPInstanceUID], values('2.25.1.1.1.1', '2.25.1.4.2.1'), values('2.25.1')),
  ...on('instance', [tags.SOPClassUID], values('2.25.1.7'), values('2.25.1.8')),
  ...on('instance', [tags.InstanceNumber], values('1'), values('2')),
  ...on('instance', [tags.Rows], values('512'), empty),
  ...on(
    'instance',
    [tags.ImageType],
    values('PRIMARY'),
    values('PRIMARY', 'OTHER'),
    wildcard('A*'),
    wildcard('*X*'),
    empty,
  ),
  ...on('instance', [tags.AcquisitionDateTime], between('20240101083000.000000'), values('20240101083000.000000')),
  ...on('instance', [tags.AvailableTransferSyntaxUID], values('2.25.1')),
]
