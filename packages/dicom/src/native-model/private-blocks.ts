import type { Attribute, Dataset } from '../dataset.ts'
import { stringOf } from '../dataset.ts'
import { isPrivateCreatorTag, isPrivateTag, type Tag } from '../tag.ts'

/** 10 to FF (PS3.5 §7.8.1). */
const allBlocks = Array.from({ length: 0xf0 }, (_, i) => (i + 0x10).toString(16).toUpperCase())

/** The Private Creator that reserves the block of `tag` in the same item; `undefined` where none does (PS3.5 §7.8.1). */
export function privateCreatorOf(item: Dataset, tag: Tag): string | undefined {
  if (!isPrivateTag(tag) || tag.slice(4, 6) < '10') return undefined
  const creator = stringOf(item, `${tag.slice(0, 4)}00${tag.slice(4, 6)}`)
  return creator === '' ? undefined : creator
}

/** `(gggg,bbee)` as `(gggg,00ee)`: with its creator beside it, an element needs no block (PS3.19 Table A.1.5-2). */
export function withoutBlock(tag: Tag): Tag {
  return `${tag.slice(0, 4)}00${tag.slice(6)}`
}

/** An element as XML names it. */
export interface NamedAttribute {
  readonly tag: Tag
  readonly privateCreator: string | undefined
  readonly attribute: Attribute
}

/**
 * Gives every private element of an item the block of its creator, and reserves one where the item has none: two creators
 * may use one `(gggg,00ee)` in XML, but not in JSON (PS3.18 §F.3.1, PS3.5 §7.8.1).
 * @returns the item, tags ascending; or the tag that stands there twice
 */
export function assignBlocks(elements: readonly NamedAttribute[]): Dataset | { readonly duplicate: Tag } {
  const item = new Map<Tag, Attribute>()
  const waiting: NamedAttribute[] = []
  for (const element of elements) {
    if (element.privateCreator !== undefined && isPrivateTag(element.tag)) {
      waiting.push(element)
      continue
    }
    if (item.has(element.tag)) return { duplicate: element.tag }
    item.set(element.tag, element.attribute)
  }
  const blocks = new BlockTable(item)
  for (const { tag, privateCreator, attribute } of waiting) {
    const placed = blocks.place(tag, privateCreator as string) // only elements with a creator wait
    if (placed === undefined) return { duplicate: tag }
    item.set(placed, attribute)
  }
  return Object.fromEntries([...item].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** The blocks of an item by group and creator, kept so that many elements of many groups stay cheap. */
class BlockTable {
  readonly #item: Map<Tag, Attribute>
  readonly #byCreator = new Map<string, string[]>()
  /** Blocks of a group that are reserved, or in use by elements whose creator nobody named. */
  readonly #used = new Map<string, Set<string>>()

  constructor(item: Map<Tag, Attribute>) {
    this.#item = item
    for (const [tag, { Value }] of item) {
      if (!isPrivateTag(tag)) continue
      const isCreator = isPrivateCreatorTag(tag)
      const block = isCreator ? tag.slice(6) : tag.slice(4, 6)
      this.#usedBlocks(tag).add(block)
      if (isCreator && typeof Value?.[0] === 'string') this.#blocksOf(tag, Value[0]).push(block)
    }
  }

  /** The tag of `(gggg,00ee)` in a block of its creator; `undefined` where none is left. */
  place(tag: Tag, creator: string): Tag | undefined {
    const inBlock = (block: string) => `${tag.slice(0, 4)}${block}${tag.slice(6)}`
    const reserved = this.#blocksOf(tag, creator).find((block) => !this.#item.has(inBlock(block)))
    if (reserved !== undefined) return inBlock(reserved)
    const used = this.#usedBlocks(tag)
    const free = allBlocks.find((block) => !used.has(block))
    if (free === undefined) return undefined
    used.add(free)
    this.#blocksOf(tag, creator).push(free)
    this.#item.set(`${tag.slice(0, 4)}00${free}`, { vr: 'LO', Value: [creator] })
    return inBlock(free)
  }

  #blocksOf(tag: Tag, creator: string): string[] {
    return getOrAdd(this.#byCreator, `${tag.slice(0, 4)} ${creator}`, () => [])
  }

  #usedBlocks(tag: Tag): Set<string> {
    return getOrAdd(this.#used, tag.slice(0, 4), () => new Set())
  }
}

function getOrAdd<T>(map: Map<string, T>, key: string, create: () => T): T {
  const found = map.get(key)
  if (found !== undefined) return found
  const created = create()
  map.set(key, created)
  return created
}
