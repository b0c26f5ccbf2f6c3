import type { Attribute, Dataset } from '../dataset.ts'

/** Tags such as 52009230 look like array indices, which JavaScript lists before all others, whenever they were added. */
const indexTag = /^[1-9]\d{7}$/

/**
 * The JSON text of a data set, "ordered by their property name in ascending order": `JSON.stringify` alone would put
 * 52009230 before 00080018.
 * @see PS3.18 §F.2.2
 */
export function formatJsonModel(dataset: Dataset): string {
  const names = Object.keys(dataset)
  let isPlain = true
  for (const tag of names) if (dataset[tag]?.vr === 'SQ' || indexTag.test(tag)) isPlain = false
  if (isPlain) return JSON.stringify(dataset)
  names.sort()
  // Every tag of `names` has an attribute, and is hexadecimal: it needs no escapes.
  return `{${names.map((tag) => `"${tag}":${formatAttribute(dataset[tag] as Attribute)}`).join()}}`
}

function formatAttribute(attribute: Attribute): string {
  if (attribute.vr !== 'SQ' || attribute.Value === undefined) return JSON.stringify(attribute)
  // Items are objects; null stands for one that was empty.
  const items = attribute.Value.map((item) => formatJsonModel((item ?? {}) as Dataset))
  return `{"vr":"SQ","Value":[${items.join()}]}`
}
