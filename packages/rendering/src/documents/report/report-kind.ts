import { type Dataset, lookupSopClass, stringOf, tags } from '@sansfilm/dicom'

/**
 * The media types of the text category that reports are rendered to, the default first. RTF and PDF are optional.
 * @see PS3.18 Table 8.7.4-1
 */
export const reportMediaTypes = ['text/html', 'text/plain', 'text/xml'] as const

/** One of `reportMediaTypes`. */
export type ReportMediaType = (typeof reportMediaTypes)[number]

/**
 * Whether an instance is a structured report or a Key Object Selection; private classes by what they contain.
 * @see PS3.3 §C.17.3
 */
export function isReport(dataset: Dataset): boolean {
  const recordType = lookupSopClass(stringOf(dataset, tags.SOPClassUID) ?? '')?.recordType
  if (recordType === 'SR DOCUMENT' || recordType === 'KEY OBJECT DOC') return true
  return recordType === undefined && stringOf(dataset, tags.ValueType)?.trim() === 'CONTAINER'
}
