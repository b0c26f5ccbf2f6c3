import { type Dataset, stringOf, tags } from '@sansfilm/dicom'
import { conceptKey, conceptOf } from '../concept.ts'
import { formatDateTime } from '../format-value.ts'
import {
  type ContentItem,
  childrenOf,
  hasChildren,
  itemAt,
  referencedPosition,
  rootItem,
  walk,
} from './content-item.ts'
import { nameOf, readValue } from './item-value.ts'
import { groupTable, numberTable, type TableLayout } from './measurement-table.ts'
import type { Block, Entry, Span } from './page.ts'
import type { References } from './references.ts'

/** Levels that are indented. What is deeper follows in a row, so that neither we nor a browser nest without end. */
const maxNesting = 24

const contextRelationships = ['HAS CONCEPT MOD', 'HAS OBS CONTEXT', 'HAS ACQ CONTEXT']

/** Relationships that a reader must be told of; the others are plain from the names. @see PS3.3 Table C.17.3-8 */
const relationNames: { readonly [relationship: string]: string } = {
  'INFERRED FROM': 'inferred from',
  'SELECTED FROM': 'selected from',
}

/** What the parts of a layout share. */
interface LayoutContext {
  readonly references: References
  /** What relationships by reference point at, by position. */
  readonly targets: ReadonlyMap<string, ContentItem>
  /** The same by data set: only these need an anchor. */
  readonly anchors: ReadonlyMap<Dataset, string>
}

/** Lays out a content tree. @see PS3.3 §C.17.3, PS3.16 */
export function layoutContent(document: Dataset, references: References) {
  const root = rootItem(document)
  const targets = findTargets(root)
  const anchors = new Map([...targets].map(([position, { dataset }]) => [dataset, `item-${position}`]))
  const context: LayoutContext = { references, targets, anchors }
  const [notes, content] = splitContext(root)
  const language = languageOf(root)
  return {
    notes: notes.map((item) => layoutEntry(item, context, 1)),
    blocks: layoutChildren(root, content, context, 1),
    ...(language === undefined ? {} : { language }),
  }
}

function findTargets(root: ContentItem): ReadonlyMap<string, ContentItem> {
  const targets = new Map<string, ContentItem>()
  for (const item of walk(root)) {
    const position = referencedPosition(item)
    const target = position === undefined || targets.has(position) ? undefined : itemAt(root, position)
    if (position !== undefined && target !== undefined) targets.set(position, target)
  }
  return targets
}

function layoutSection(item: ContentItem, context: LayoutContext, depth: number): Block {
  const [notes, content] = splitContext(item)
  const language = languageOf(item)
  return {
    kind: 'section',
    title: item.name === undefined && !isAnchored(item, context) ? [] : nameOf(item),
    notes: notes.map((note) => layoutEntry(note, context, depth + 1)),
    blocks: depth >= maxNesting ? layoutFlat(content, context) : layoutChildren(item, content, context, depth + 1),
    ...(language === undefined ? {} : { language }),
    ...anchorOf(item, context),
  }
}

/** The children of a container in order, alike neighbours together. */
function layoutChildren(
  parent: ContentItem,
  children: readonly ContentItem[],
  context: LayoutContext,
  depth: number,
): Block[] {
  // "CONTINUOUS" is meant to be read as running text (PS3.3 §C.18.8.1).
  const continuous = stringOf(parent.dataset, tags.ContinuityOfContent)?.trim() === 'CONTINUOUS'
  return runs(children, (item) => kindOfRun(item, continuous)).flatMap((run): readonly Block[] => {
    const first = run[0] as ContentItem // no run is empty
    const layout: TableLayout = {
      entry: (item) => layoutEntry(item, context, depth),
      head: (item) => ({ ...entryHead(item, context), below: [] }),
      isAnchored: (item) => isAnchored(item, context),
    }
    if (first.valueType === 'CONTAINER') {
      const table = groupTable(run, layout)
      return table === undefined ? run.map((item) => layoutSection(item, context, depth)) : [table]
    }
    if (continuous && referencedPosition(first) === undefined) return runningText(run, context, depth)
    const table = first.valueType === 'NUM' ? numberTable(run, layout) : undefined
    return [table ?? { kind: 'entries', entries: layoutEntries(run, layout, context) }]
  })
}

/** Items with the same key follow each other in one run. */
function kindOfRun(item: ContentItem, continuous: boolean): string {
  if (item.valueType === 'CONTAINER') return `CONTAINER ${item.name === undefined ? '' : conceptKey(item.name)}`
  if (continuous) return referencedPosition(item) === undefined ? 'text' : 'reference'
  return item.valueType === 'NUM' ? 'NUM' : 'other'
}

function runs(items: readonly ContentItem[], keyOf: (item: ContentItem) => unknown): ContentItem[][] {
  const result: ContentItem[][] = []
  let last: unknown
  for (const item of items) {
    const key = keyOf(item)
    if (key === last) result.at(-1)?.push(item)
    else result.push([item])
    last = key
  }
  return result
}

/** A paragraph of the values alone; what hangs below one of them follows it, under its name. */
function runningText(run: readonly ContentItem[], context: LayoutContext, depth: number): readonly Block[] {
  const spans = run.flatMap((item, i): readonly Span[] => {
    const value = readValue(item, context.references).map((span) =>
      item.name === undefined ? span : { hint: item.name.meaning, ...span },
    )
    return i === 0 ? value : [{ text: ' ' }, ...value]
  })
  const attached = run
    .filter((item) => hasChildren(item))
    .map((item): Entry => ({ name: nameOf(item), value: [], below: layoutBelow(item, context, depth) }))
  return [
    { kind: 'paragraph', spans },
    ...(attached.length === 0 ? [] : [{ kind: 'entries', entries: attached } as const]),
  ]
}

/** Several references in a row, such as key images, become one entry with a link for each. */
function layoutEntries(run: readonly ContentItem[], layout: TableLayout, context: LayoutContext): readonly Entry[] {
  return runs(run, (item) => (isPlainReference(item, context) ? keyOf(item) : item)).map((alike): Entry => {
    const first = alike[0] as ContentItem // no run is empty
    if (alike.length === 1) return layout.entry(first)
    const values = alike.flatMap((item, i): readonly Span[] => {
      const [link, ...rest] = readValue(item, context.references)
      const numbered = link === undefined ? [] : [{ ...link, text: `${link.text} (${i + 1})` }]
      return [...(i === 0 ? [] : [{ text: ', ' }]), ...numbered, ...rest]
    })
    return { ...layout.head(first), value: values }
  })
}

function isPlainReference(item: ContentItem, context: LayoutContext): boolean {
  return ['IMAGE', 'WAVEFORM', 'COMPOSITE'].includes(item.valueType) && !hasChildren(item) && !isAnchored(item, context)
}

function keyOf({ valueType, relationship, name }: ContentItem): string {
  return `${valueType} ${relationship} ${name === undefined ? '' : conceptKey(name)}`
}

function layoutEntry(item: ContentItem, context: LayoutContext, depth: number): Entry {
  return { ...entryHead(item, context), below: layoutBelow(item, context, depth) }
}

/** What is below an item that is no container; a container there becomes a section. */
function layoutBelow(item: ContentItem, context: LayoutContext, depth: number): readonly Block[] {
  if (!hasChildren(item)) return []
  const children = childrenOf(item)
  if (depth >= maxNesting) return layoutFlat(children, context)
  return item.valueType === 'CONTAINER'
    ? layoutChildren(item, children, context, depth + 1)
    : runs(children, ({ valueType }) => String(valueType === 'CONTAINER')).flatMap((run) =>
        run[0]?.valueType === 'CONTAINER'
          ? run.map((section) => layoutSection(section, context, depth + 1))
          : [{ kind: 'entries', entries: run.map((child) => layoutEntry(child, context, depth + 1)) } as const],
      )
}

/** Everything below in the order of reading, without indentation. */
function layoutFlat(items: readonly ContentItem[], context: LayoutContext): readonly Block[] {
  if (items.length === 0) return []
  const entries = items.flatMap((item) =>
    [...walk(item)].map((each): Entry => ({ ...entryHead(each, context), below: [] })),
  )
  const notice: Span = { text: 'Nested too deep to be indented; listed in the order of the report.', muted: true }
  return [
    { kind: 'paragraph', spans: [notice] },
    { kind: 'entries', entries },
  ]
}

function entryHead(item: ContentItem, context: LayoutContext): Omit<Entry, 'below'> {
  const relation = Object.hasOwn(relationNames, item.relationship) ? relationNames[item.relationship] : undefined
  const observed = stringOf(item.dataset, tags.ObservationDateTime)
  const value = [
    ...(item.valueType === 'CONTAINER' ? [] : itemValue(item, context)),
    ...(observed === undefined ? [] : [{ text: ` observed ${formatDateTime(observed)}`, muted: true } as const]),
  ]
  const name = nameOf(item)
  return {
    name: relation === undefined ? name : [{ text: `${relation} `, muted: true }, ...name],
    value,
    ...anchorOf(item, context),
  }
}

/** The value, or the item that a relationship by reference points at (PS3.3 §C.17.3.2.5). */
function itemValue(item: ContentItem, context: LayoutContext): readonly Span[] {
  const position = referencedPosition(item)
  if (position === undefined || item.valueType !== '') return readValue(item, context.references)
  const target = context.targets.get(position)
  if (target === undefined) return [{ text: `item ${position}, which the report does not have`, muted: true }]
  const name = nameOf(target).map(({ text }) => text)
  return [{ text: `see ${name.join('')}`, href: `#${context.anchors.get(target.dataset)}`, hint: `item ${position}` }]
}

function isAnchored(item: ContentItem, context: LayoutContext): boolean {
  return context.anchors.has(item.dataset)
}

function anchorOf(item: ContentItem, context: LayoutContext): { anchor?: string } {
  const anchor = context.anchors.get(item.dataset)
  return anchor === undefined ? {} : { anchor }
}

/**
 * What says how to read a container, and what it contains. Context among the content stays there: it may speak of its
 * neighbour.
 */
function splitContext(item: ContentItem): readonly [readonly ContentItem[], readonly ContentItem[]] {
  const children = childrenOf(item)
  const first = children.findIndex(
    ({ relationship, valueType }) => !contextRelationships.includes(relationship) || valueType === 'CONTAINER',
  )
  return first < 0 ? [children, []] : [children.slice(0, first), children.slice(first)]
}

/** "Language of Content Item and Descendants" (PS3.16 TID 1204). */
const languageConcept = { code: '121049', scheme: 'DCM' }

function languageOf(item: ContentItem): string | undefined {
  const said = childrenOf(item).find(
    ({ name }) => name?.code === languageConcept.code && name.scheme === languageConcept.scheme,
  )
  const code = said === undefined ? undefined : conceptOf(said.dataset, tags.ConceptCodeSequence)?.code
  return code !== undefined && /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(code) ? code : undefined
}
