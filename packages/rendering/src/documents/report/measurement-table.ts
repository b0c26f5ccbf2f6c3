import { stringOf, tags } from '@sansfilm/dicom'
import { conceptKey } from '../concept.ts'
import { type ContentItem, childrenOf, hasChildren } from './content-item.ts'
import { nameOf } from './item-value.ts'
import type { Block, Cell, Entry, Span } from './page.ts'

/** More columns than a page of paper has room for. */
const maxColumns = 7
/** A table with more holes than this is read worse than its rows below each other. */
const minFilled = 0.6
/** Longer texts are read better below each other. */
const maxCellText = 120

const columnTypes = ['NUM', 'CODE', 'TEXT', 'DATE', 'TIME', 'DATETIME', 'PNAME']
const emptyCell: Cell = { value: [], below: [] }

/** How a table has its content laid out; each item once, since what is below may be deep. */
export interface TableLayout {
  /** With all that is below the item. */
  entry(item: ContentItem): Entry
  /** Name and value alone. */
  head(item: ContentItem): Entry
  /** A relationship by reference points at it, so it needs a place of its own. */
  isAnchored(item: ContentItem): boolean
}

/**
 * Containers of one concept side by side, such as the measurement groups of TID 1500: a row for each, a column for each
 * concept in them. `undefined` where a table would not be read well.
 */
export function groupTable(groups: readonly ContentItem[], layout: TableLayout): Block | undefined {
  if (groups.length < 2) return undefined
  const content = groups.map(childrenOf)
  const all = content.flat()
  if (all.length === 0 || all.some((item) => item.valueType === 'CONTAINER')) return undefined
  const columns = columnsOf(all.filter(isColumn))
  if (columns.size === 0 || columns.size > maxColumns) return undefined
  if (groups.some(layout.isAnchored) || all.some((item) => layout.isAnchored(item) || isLong(item))) return undefined
  const filled = content.reduce((sum, items) => sum + new Set(items.filter(isColumn).map(keyOf)).size, 0)
  if (filled < minFilled * columns.size * groups.length) return undefined
  const rows = content.map((items): readonly Cell[] => {
    const entries = items.map((item) => ({ item, entry: layout.entry(item) }))
    const cells = [...columns.keys()].map((key) =>
      cellOf(entries.filter(({ item }) => isColumn(item) && keyOf(item) === key)),
    )
    // What hangs below a value would make its column too wide.
    const details = entries.flatMap(({ item, entry }) => {
      if (!isColumn(item)) return [entry]
      return entry.below.length === 0 ? [] : [{ ...entry, value: [] }]
    })
    return [...cells, detailsCell(details)]
  })
  return tableOf([...columns.values(), [{ text: 'Details' }]], rows)
}

/** Neighbouring numbers: a row for each, with a column for each thing that modifies them. */
export function numberTable(numbers: readonly ContentItem[], layout: TableLayout): Block | undefined {
  if (
    numbers.length < 2 ||
    numbers.some((item) => layout.isAnchored(item) || childrenOf(item).some(layout.isAnchored))
  ) {
    return undefined
  }
  const modifiers = columnsOf(numbers.flatMap(childrenOf).filter(isModifier))
  if (modifiers.size > maxColumns - 3) return undefined
  const rows = numbers.map((item): readonly Cell[] => {
    const children = childrenOf(item)
    const { name, value } = layout.head(item)
    const inColumns = children.filter(isModifier).map((child) => ({ item: child, entry: layout.head(child) }))
    return [
      { value: name, below: [] },
      { value, below: [], numeric: true },
      ...[...modifiers.keys()].map((key) => cellOf(inColumns.filter((each) => keyOf(each.item) === key))),
      detailsCell(children.filter((child) => !isModifier(child)).map(layout.entry)),
    ]
  })
  return tableOf([[{ text: 'Measurement' }], [{ text: 'Value' }], ...modifiers.values(), [{ text: 'Details' }]], rows)
}

/** Without columns that are empty in every row. */
function tableOf(columns: readonly (readonly Span[])[], rows: readonly (readonly Cell[])[]): Block {
  const used = columns.map((_, i) => rows.some((row) => isUsed(row[i] ?? emptyCell)))
  return {
    kind: 'table',
    columns: columns.filter((_, i) => used[i]),
    rows: rows.map((row) => row.filter((_, i) => used[i])),
  }
}

function isUsed({ value, below }: Cell): boolean {
  return value.length > 0 || below.length > 0
}

function isColumn({ valueType, name }: ContentItem): boolean {
  return columnTypes.includes(valueType) && name !== undefined
}

function isModifier(item: ContentItem): boolean {
  return item.relationship !== 'INFERRED FROM' && isColumn(item) && !hasChildren(item)
}

function isLong({ dataset }: ContentItem): boolean {
  return (stringOf(dataset, tags.TextValue)?.length ?? 0) > maxCellText
}

function keyOf({ name }: ContentItem): string {
  return name === undefined ? '' : conceptKey(name)
}

function columnsOf(items: readonly ContentItem[]): Map<string, readonly Span[]> {
  const columns = new Map<string, readonly Span[]>()
  for (const item of items) if (!columns.has(keyOf(item))) columns.set(keyOf(item), nameOf(item))
  return columns
}

/** One value, or several of the same concept below each other. */
function cellOf(content: readonly { readonly item: ContentItem; readonly entry: Entry }[]): Cell {
  const numeric = content.length > 0 && content.every(({ item }) => item.valueType === 'NUM')
  return {
    value: content.flatMap(({ entry }, i) => (i === 0 ? entry.value : [{ text: '\n' }, ...entry.value])),
    below: [],
    ...(numeric ? { numeric } : {}),
  }
}

function detailsCell(entries: readonly Entry[]): Cell {
  return entries.length === 0 ? emptyCell : { value: [], below: [{ kind: 'entries', entries }] }
}
