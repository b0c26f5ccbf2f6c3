import { type Attribute, type Dataset, lookupTag, type Tag, tags } from '@sansfilm/dicom'
import type { Level, SearchMatch } from '../../adapters/index.ts'
import { derivedAttributesOf } from '../../query/derived-attributes.ts'
import { levelsDownTo } from '../../query/levels.ts'
import { decodePreparedMetadata } from '../prepared-metadata.ts'
import { requiredInItems, searchAttributesOf } from '../search-attributes.ts'
import type { ResultShape } from './request.ts'

/**
 * One result: what the tables return for the shown levels, what was asked for, and the identifiers always.
 * @see PS3.18 §10.6.3.3
 */
export async function resultOf(match: SearchMatch, shape: ResultShape): Promise<Dataset> {
  const result: Record<Tag, Attribute> = {}
  const metadata = match.metadata === undefined ? {} : await decodePreparedMetadata(match.metadata, shape.root)
  if (shape.all) Object.assign(result, metadata)
  else for (const tag of shape.asked) if (metadata[tag] !== undefined) result[tag] = metadata[tag]
  // From the top down, so that where levels share an attribute (Retrieve URL) the lowest has it.
  for (const level of levelsDownTo(shape.level)) {
    if (shape.asked.size > 0 || shape.shownLevels.includes(level))
      Object.assign(result, attributesOf(level, match, shape))
  }
  return inOrder(Object.assign(result, identifiersOf(match)))
}

function inOrder(dataset: Dataset): Dataset {
  const ordered: Record<Tag, Attribute> = {}
  for (const tag of Object.keys(dataset).sort()) ordered[tag] = dataset[tag] as Attribute // it has its own keys
  return ordered
}

function attributesOf(level: Level, match: SearchMatch, shape: ResultShape): Dataset {
  const known: Dataset = {
    ...match.attributes[level],
    ...derivedAttributesOf(level, match.derived),
    ...(level === shape.level && { [tags.RetrieveURL]: { vr: 'UR', Value: [retrieveUrl(match, shape.root)] } }),
  }
  const shown = shape.shownLevels.includes(level)
  const result: Record<Tag, Attribute> = {}
  if (shown && shape.all) Object.assign(result, known)
  else for (const tag of shape.asked) if (known[tag] !== undefined) result[tag] = known[tag]
  for (const { tag, returned, neverEmpty } of searchAttributesOf[level]) {
    const attribute = known[tag]
    const wanted =
      shape.asked.has(tag) || (shown && (returned === 'always' || (returned === 'known' && attribute?.Value)))
    if (neverEmpty && attribute?.Value === undefined) delete result[tag]
    else if (wanted && (attribute !== undefined || tag !== tags.RetrieveURL))
      result[tag] = attribute ?? emptyAttribute(tag)
  }
  for (const [tag, required] of Object.entries(requiredInItems)) {
    if (result[tag] !== undefined) result[tag] = withRequired(result[tag], required)
  }
  return result
}

function withRequired(sequence: Attribute, required: readonly Tag[]): Attribute {
  if (sequence.Value === undefined) return sequence
  const empty = Object.fromEntries(required.map((tag) => [tag, emptyAttribute(tag)]))
  const items = sequence.Value.map((item) => inOrder({ ...empty, ...(item as Dataset) })) // what the values of a sequence are
  return { vr: 'SQ', Value: items }
}

/**
 * What has no value is returned all the same: servers "shall support existence" of required keys, and one "of zero length"
 * is how an unknown value is written (PS3.4 §C.2.2.1.2), in JSON without `Value` (PS3.18 §F.2.5).
 */
function emptyAttribute(tag: Tag): Attribute {
  return { vr: lookupTag(tag)?.vr ?? 'UN' }
}

function identifiersOf({ study, series, instance }: SearchMatch): Dataset {
  return {
    [tags.StudyInstanceUID]: { vr: 'UI', Value: [study] },
    ...(series !== undefined && { [tags.SeriesInstanceUID]: { vr: 'UI', Value: [series] } }),
    ...(instance !== undefined && { [tags.SOPInstanceUID]: { vr: 'UI', Value: [instance] } }),
  }
}

function retrieveUrl({ study, series, instance }: SearchMatch, root: string): string {
  const seriesPath = series === undefined ? '' : `/series/${series}`
  const instancePath = instance === undefined ? '' : `/instances/${instance}`
  return `${root}/studies/${study}${seriesPath}${instancePath}`
}
