import { utf8Term } from '../character-set.ts'
import type { Attribute, Dataset, Value } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'

/**
 * The data set as its text is written, in UTF-8 throughout: Specific Character Set says so where it is there or where a text
 * is not ASCII, and items, which inherit it, have none of their own.
 * @see PS3.5 §6.1.2.3
 */
export function declareUtf8(dataset: Dataset): Dataset {
  const bare = withoutCharacterSets(dataset)
  if (dataset[tags.SpecificCharacterSet] === undefined && !hasWideText(bare)) return bare
  return { ...bare, [tags.SpecificCharacterSet]: { vr: 'CS', Value: [utf8Term] } }
}

function withoutCharacterSets(dataset: Dataset): Dataset {
  return Object.fromEntries(
    Object.entries(dataset)
      .filter(([tag]) => tag !== tags.SpecificCharacterSet)
      .map(([tag, attribute]) => [tag, attribute.vr === 'SQ' ? mapItems(attribute) : attribute]),
  )
}

function mapItems(attribute: Attribute): Attribute {
  if (attribute.Value === undefined) return attribute
  // Values of SQ are items (PS3.18 §F.2.2).
  return { ...attribute, Value: attribute.Value.map((item) => withoutCharacterSets((item ?? {}) as Dataset)) }
}

function hasWideText(dataset: Dataset): boolean {
  return Object.values(dataset).some(({ Value: values }) => values?.some(isWide) ?? false)
}

function isWide(value: Value): boolean {
  if (typeof value === 'string') return /[^\0-\x7F]/.test(value)
  if (typeof value !== 'object' || value === null) return false
  return Object.values(value).some((member) => {
    if (typeof member === 'string') return isWide(member)
    return (member as Attribute).Value?.some(isWide) ?? false // not a component group, so an attribute of an item
  })
}
