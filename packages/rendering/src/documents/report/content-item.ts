import { type Dataset, itemsOf, stringOf, tags, type Value, valuesOf } from '@sansfilm/dicom'
import { type Concept, conceptOf } from '../concept.ts'

/** A node of the content tree. @see PS3.3 §C.17.3 */
export interface ContentItem {
  readonly dataset: Dataset
  /** How it relates to its parent; empty at the root, and where it is missing. */
  readonly relationship: string
  /** Empty where it is missing, as in relationships by reference. */
  readonly valueType: string
  readonly name: Concept | undefined
}

/** The root of the content tree, which is the data set itself. */
export function rootItem(dataset: Dataset): ContentItem {
  return contentItem(dataset)
}

/** The children, in the order of the sequence, "which is significant" (PS3.3 §C.17.3.2.4). */
export function childrenOf(item: ContentItem): readonly ContentItem[] {
  return itemsOf(item.dataset, tags.ContentSequence).map(contentItem)
}

export function hasChildren(item: ContentItem): boolean {
  return itemsOf(item.dataset, tags.ContentSequence).length > 0
}

function contentItem(dataset: Dataset): ContentItem {
  return {
    dataset,
    relationship: stringOf(dataset, tags.RelationshipType)?.trim() ?? '',
    valueType: stringOf(dataset, tags.ValueType)?.trim() ?? '',
    name: conceptOf(dataset, tags.ConceptNameCodeSequence),
  }
}

/**
 * Where a relationship by reference points: `1` is the root, `1.3.2` the second child of its third child.
 * `undefined` where the item is none.
 * @see PS3.3 §C.17.3.2.5
 */
export function referencedPosition({ dataset }: ContentItem): string | undefined {
  const identifier = valuesOf(dataset, tags.ReferencedContentItemIdentifier)
  return identifier.length > 0 && identifier.every((number) => Number.isInteger(number))
    ? identifier.join('.')
    : undefined
}

/** The item at a position; `undefined` where the tree has none. */
export function itemAt(root: ContentItem, position: string): ContentItem | undefined {
  const [first, ...steps] = position.split('.')
  let dataset: Value | undefined = first === '1' ? root.dataset : undefined
  for (const step of steps) {
    if (typeof dataset !== 'object' || dataset === null) return undefined
    dataset = valuesOf(dataset as Dataset, tags.ContentSequence)[Number(step) - 1] // an item of a sequence
  }
  return typeof dataset === 'object' && dataset !== null ? contentItem(dataset as Dataset) : undefined
}

/** The item and all below it, in the order of reading. Not by recursion: a tree may be as deep as it likes. */
export function* walk(root: ContentItem): Generator<ContentItem> {
  const open = [root]
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    yield item
    for (const child of childrenOf(item).toReversed()) open.push(child)
  }
}
