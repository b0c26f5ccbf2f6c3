import { type Dataset, stringOf, tags } from '@sansfilm/dicom'
import { formatDate, namesOf } from './format-value.ts'

const sexes: { readonly [code: string]: string } = { M: 'male', F: 'female', O: 'other' }

/** Who the document is about, as it heads every page. Absent where the data set says nothing. */
export interface PatientFacts {
  readonly name?: string
  readonly id?: string
  readonly birthDate?: string
  readonly sex?: string
  readonly age?: string
}

/** @see PS3.3 §C.7.1.1, §C.7.2.2 */
export function patientFacts(dataset: Dataset): PatientFacts {
  const name = namesOf(dataset, tags.PatientName)[0]
  const id = stringOf(dataset, tags.PatientID)
  const birthDate = stringOf(dataset, tags.PatientBirthDate)
  const sex = stringOf(dataset, tags.PatientSex)?.trim()
  const age = stringOf(dataset, tags.PatientAge)
  return {
    ...(name === undefined ? {} : { name }),
    ...(id === undefined ? {} : { id }),
    ...(birthDate === undefined ? {} : { birthDate: formatDate(birthDate) }),
    ...(sex === undefined || sex === '' ? {} : { sex: (Object.hasOwn(sexes, sex) ? sexes[sex] : undefined) ?? sex }),
    ...(age === undefined ? {} : { age: formatAge(age) }),
  }
}

const ageUnits: { readonly [letter: string]: string } = { D: 'days', W: 'weeks', M: 'months', Y: 'years' }

/** `42 years` of `042Y` (PS3.5 Table 6.2-1, AS). */
function formatAge(text: string): string {
  const match = /^0*(\d+)([DWMY])$/.exec(text.trim())
  return match === null ? text : `${match[1]} ${ageUnits[match[2] ?? '']}`
}
