import { createDicomweb, defaultPartition } from '@sansfilm/core'
import type { InstanceRecord } from '@sansfilm/core/adapters'
import { type Dataset, tags, writePart10 } from '@sansfilm/dicom'
import { memoryIndex, memoryStorage } from '@sansfilm/memory'
import { datasetOf, type Values } from '../studies/attributes.ts'
import { planCt } from '../studies/ct.ts'
import { accessionOf, dateOf, familyOf, patientIdOf } from '../studies/small-study.ts'

/** How many series a study has, and instances a series. */
export interface Shape {
  readonly series: number
  readonly instances: number
}

/** Of a hundred studies; one of a thousand is PT, so that keys leave few, some and many studies. */
const modalities = ['CT', 'MR', 'US', 'CR'] as const

export function modalityOf(study: number): string {
  if (study % 1_000 === 503) return 'PT'
  return study % 100 === 7 ? 'MG' : (modalities[study % modalities.length] as string) // of a remainder
}

/** UIDs as long as those of scanners; each is below the one above it. */
export const studyUid = (study: number): string =>
  `1.2.826.0.1.3680043.8.1055.1.1${String(study + 1).padStart(11, '0')}`
export const seriesUid = (study: number, series: number): string => `${studyUid(study)}.${series + 1}`
export const instanceUid = (study: number, series: number, instance: number): string =>
  `${seriesUid(study, series)}.${instance + 1}`

/** Half of the studies name no referring physician, one in a thousand has no accession number, all have a Study ID. */
export function studyValues(n: number): Values {
  return {
    PatientName: `${familyOf(n)}^Given${n % 97}`,
    PatientID: patientIdOf(n),
    PatientBirthDate: dateOf(n * 3),
    PatientSex: n % 2 === 0 ? 'F' : 'M',
    StudyDate: dateOf(n),
    StudyTime: timeOf(n * 31),
    ...(n % 1_000 !== 11 && { AccessionNumber: accessionOf(n) }),
    StudyID: String(n),
    StudyDescription: `Examination ${n % 50}`,
    ...(n % 2 === 0 && { ReferringPhysicianName: `Referrer${n % 200}^Doctor` }),
  }
}

function timeOf(n: number): string {
  const seconds = n % 86_400
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join('')
}

/**
 * Makes records as a store makes them: a CT slice is stored once, in memory, and its record is given other values of the
 * study, the series and the instance. All have the metadata of that slice.
 */
export async function recordMaker(): Promise<(study: number, series: number, instance: number) => InstanceRecord> {
  const template = await storedSlice()
  const within = (dataset: Dataset, values: Values): Dataset => ({ ...dataset, ...datasetOf(values) })
  return (study, series, instance) => {
    const [ofStudy, ofSeries, ofInstance] = [
      studyUid(study),
      seriesUid(study, series),
      instanceUid(study, series, instance),
    ]
    const storedAt = new Date(Date.UTC(2026, 0, 1) + study * 1_000 + instance)
    return {
      ...template,
      study: ofStudy,
      series: ofSeries,
      instance: ofInstance,
      storedAt,
      digest: digestOf(study, series, instance),
      location: {
        ...template.location,
        key: `default/20260101/0000/${storedAt.getTime()}-${study}-${series}-${instance}`,
      },
      attributes: {
        study: within(without(template.attributes.study, tags.AccessionNumber, tags.ReferringPhysicianName), {
          StudyInstanceUID: ofStudy,
          ...studyValues(study),
        }),
        series: within(template.attributes.series, {
          SeriesInstanceUID: ofSeries,
          Modality: modalityOf(study),
          SeriesNumber: series + 1,
          SeriesDescription: `Series ${study % 20}`,
        }),
        instance: within(template.attributes.instance, { SOPInstanceUID: ofInstance, InstanceNumber: instance + 1 }),
      },
    }
  }
}

function without(dataset: Dataset, ...tags: readonly string[]): Dataset {
  return Object.fromEntries(Object.entries(dataset).filter(([tag]) => !tags.includes(tag)))
}

/** 64 digits that do not compress, and that nobody looks into. */
function digestOf(...numbers: readonly number[]): string {
  let state = numbers.reduce((sum, number) => (Math.imul(sum, 1_000_003) + number + 1) >>> 0, 0)
  return Array.from({ length: 8 }, () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 0x9e3779b9) >>> 0
    return state.toString(16).padStart(8, '0')
  }).join('')
}

async function storedSlice(): Promise<InstanceRecord> {
  const [plan] = planCt(1)
  if (plan === undefined) throw new Error('There is no slice')
  const index = memoryIndex()
  const { dataset, transferSyntax, pixels, study, series, instance } = plan
  const body = writePart10({
    dataset: { ...dataset, [tags.PixelData]: { vr: 'OW', BulkDataURI: 'pixels' } },
    transferSyntax,
    bulkData: () => pixels,
  })
  const { status } = await createDicomweb({ storage: memoryStorage(), index }).handle({
    method: 'POST',
    url: '/studies',
    serviceRoot: 'http://localhost',
    headers: { 'content-type': 'application/dicom', accept: 'application/dicom+json' },
    body,
  })
  const record = await index.record({ partition: defaultPartition, study, series, instance })
  if (status !== 200 || record === undefined) throw new Error(`A slice was not stored: ${status}`)
  const { positions: _, ...made } = record
  return made
}
