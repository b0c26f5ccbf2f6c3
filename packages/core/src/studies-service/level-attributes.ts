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
  const kept = searchAttributesOf[level].filter(({ derived }) => !derived).map(({ tag }) => tag)
  const configured = extra[level].flatMap(([tag]) => (tag === undefined ? [] : withPrivateCreator(tag)))
  return Object.fromEntries(
    [...new Set([...kept, ...configured])].sort().flatMap((tag): [Tag, Attribute][] => {
      const attribute = withoutBulkData(dataset[tag])
      return attribute === undefined ? [] : [[tag, attribute]]
    }),
  )
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
