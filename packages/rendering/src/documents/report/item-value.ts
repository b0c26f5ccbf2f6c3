import { type Dataset, itemsOf, stringOf, type Tag, tags, valuesOf } from '@sansfilm/dicom'
import { type Concept, codeHint, conceptOf, conceptsOf } from '../concept.ts'
import { formatDate, formatDateTime, formatTime, namesOf } from '../format-value.ts'
import { unitSymbol } from '../units.ts'
import { type ContentItem, referencedPosition } from './content-item.ts'
import { describeSpatialCoordinates, describeTemporalCoordinates } from './coordinates.ts'
import type { Span } from './page.ts'
import { describeReference, type References } from './references.ts'

const nothing: readonly Span[] = [{ text: 'no value', muted: true }]

/** The value of a content item of any type but CONTAINER. @see PS3.3 Table C.17.3-7 */
export function readValue(item: ContentItem, references: References): readonly Span[] {
  const { dataset } = item
  switch (item.valueType) {
    case 'TEXT':
      return textValue(dataset, tags.TextValue)
    case 'CODE':
      return conceptSpans(conceptOf(dataset, tags.ConceptCodeSequence))
    case 'NUM':
      return numericValue(dataset)
    case 'DATE':
      return textValue(dataset, tags.Date, formatDate)
    case 'TIME':
      return textValue(dataset, tags.Time, formatTime)
    case 'DATETIME':
      return textValue(dataset, tags.DateTime, formatDateTime)
    case 'UIDREF':
      return textValue(dataset, tags.UID)
    case 'PNAME':
      return orNothing(namesOf(dataset, tags.PersonName).join('; '))
    case 'IMAGE':
    case 'WAVEFORM':
    case 'COMPOSITE':
      return describeReference(dataset, references)
    case 'SCOORD':
      return describeSpatialCoordinates(dataset, 2)
    case 'SCOORD3D':
      return describeSpatialCoordinates(dataset, 3)
    case 'TCOORD':
      return describeTemporalCoordinates(dataset)
    case 'TABLE':
      return [{ text: 'A table, which this page does not show', muted: true }]
    default:
      return [{ text: item.valueType === '' ? 'no value' : `${item.valueType} is not shown here`, muted: true }]
  }
}

/** A concept, its code as the hint. */
export function conceptSpans(concept: Concept | undefined): readonly Span[] {
  if (concept === undefined) return nothing
  const hint = codeHint(concept)
  return [{ text: concept.meaning, ...(hint === undefined ? {} : { hint }) }]
}

/** What an item is called: its concept name, or the type of its value where it has none. */
export function nameOf(item: ContentItem): readonly Span[] {
  if (item.name !== undefined) return conceptSpans(item.name)
  const type = Object.hasOwn(typeNames, item.valueType) ? typeNames[item.valueType] : undefined
  return [{ text: type ?? (referencedPosition(item) === undefined ? 'Item' : 'Reference'), muted: true }]
}

const typeNames: { readonly [valueType: string]: string } = {
  TEXT: 'Text',
  CODE: 'Code',
  NUM: 'Number',
  DATE: 'Date',
  TIME: 'Time',
  DATETIME: 'Date and time',
  UIDREF: 'UID',
  PNAME: 'Person',
  IMAGE: 'Image',
  WAVEFORM: 'Waveform',
  COMPOSITE: 'Object',
  SCOORD: 'Region',
  SCOORD3D: 'Region in space',
  TCOORD: 'Time range',
  CONTAINER: 'Section',
  TABLE: 'Table',
}

/** The number, its unit, and what qualifies it, such as "Not a number". @see PS3.3 §C.18.1 */
function numericValue(dataset: Dataset): readonly Span[] {
  const measured = itemsOf(dataset, tags.MeasuredValueSequence)[0]
  const qualifiers = conceptsOf(dataset, tags.NumericValueQualifierCodeSequence).map(({ meaning }) => meaning)
  const numbers = measured === undefined ? [] : numbersOf(measured)
  if (measured === undefined || numbers.length === 0) return orNothing(qualifiers.join(', '))
  const unit = conceptOf(measured, tags.MeasurementUnitsCodeSequence)
  const symbol = unitSymbol(unit)
  const space = symbol === '°' || symbol === '' ? '' : '\u00A0'
  const hint = symbol === '' || unit === undefined || unit.meaning === symbol ? undefined : unit.meaning
  return [
    { text: `${numbers.join(', ')}${space}${symbol}`, ...(hint === undefined ? {} : { hint }) },
    ...(qualifiers.length === 0 ? [] : [{ text: ` (${qualifiers.join(', ')})` }]),
  ]
}

/** Numeric Value holds what was measured, as text; the others repeat it for machines (PS3.3 Table C.18.1-1). */
function numbersOf(measured: Dataset): readonly string[] {
  const texts = (tag: Tag) =>
    valuesOf(measured, tag)
      .filter((value) => typeof value === 'number' || (typeof value === 'string' && value.trim() !== ''))
      .map((value) => String(value).trim())
  const decimal = texts(tags.NumericValue)
  return decimal.length > 0 ? decimal : texts(tags.FloatingPointValue)
}

function textValue(dataset: Dataset, tag: Tag, format: (text: string) => string = (text) => text): readonly Span[] {
  return orNothing(format(stringOf(dataset, tag) ?? '').trimEnd())
}

function orNothing(text: string): readonly Span[] {
  return text === '' ? nothing : [{ text }]
}
