import type { Attribute, Dataset, Tag } from '@sansfilm/dicom'
import type { ExtraAttributes, Level, LevelAttributes } from '../adapters/index.ts'
import { withPrivateCreator } from './private-tags.ts'
import { searchAttributesOf } from './search-attributes.ts'

/**
 * What of an instance the index keeps for Search: the attributes of the tables and the configured ones, by level.
 * Sequences are kept whole; values that are bulk data are not, and can be asked for at the instance level only.
 */
export function levelAttributes(dataset: Dataset, extra: ExtraAttributes): LevelAttributes {
  return {
    study: attributesOf('study', dataset, extra),
    series: attributesOf('series', dataset, extra),
    instance: attributesOf('instance', dataset, extra),
  }
}

function attributesOf(level: Level, dataset: Dataset, extra: ExtraAttributes): Dataset {
  const attributes: Record<Tag, Attribute> = {}
  for (const tag of keptTags(level, extra)) {
    const attribute = withoutBulkData(dataset[tag])
    if (attribute !== undefined) attributes[tag] = attribute
  }
  return attributes
}

/** By the configuration, which stays the same object for as long as the service is there. */
const tagsKept = new WeakMap<ExtraAttributes, Map<Level, readonly Tag[]>>()

/** In ascending order. */
function keptTags(level: Level, extra: ExtraAttributes): readonly Tag[] {
  const byLevel = tagsKept.get(extra) ?? new Map<Level, readonly Tag[]>()
  tagsKept.set(extra, byLevel)
  const known = byLevel.get(level)
  if (known !== undefined) return known
  const kept = searchAttributesOf[level].filter(({ derived }) => !derived).map(({ tag }) => tag)
  const configured = extra[level].flatMap(([tag]) => (tag === undefined ? [] : withPrivateCreator(tag)))
  const tags = [...new Set([...kept, ...configured])].sort()
  byLevel.set(level, tags)
  return tags
}

function withoutBulkData(attribute: Attribute | undefined): Attribute | undefined {
  if (attribute === undefined || attribute.BulkDataURI !== undefined) return undefined
  if (attribute.vr !== 'SQ' || attribute.Value === undefined) return attribute
  const items = attribute.Value.map((item) =>
    Object.fromEntries(
      Object.entries(item as Dataset).flatMap(([tag, nested]): [Tag, Attribute][] => {
        const kept = withoutBulkData(nested)
        return kept === undefined ? [] : [[tag, kept]]
      }),
    ),
  )
  return { vr: 'SQ', Value: items }
}
