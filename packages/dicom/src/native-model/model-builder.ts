import type { Attribute, Dataset, Value } from '../dataset.ts'
import { DatasetError } from '../dataset-error.ts'
import { isGroupLengthTag, type Tag, type TagPath } from '../tag.ts'
import { isVR, type VR } from '../vr.ts'
import { componentGroups, joinName, nameComponents } from './name-components.ts'
import { assignBlocks, type NamedAttribute } from './private-blocks.ts'
import { readValue } from './read-value.ts'

type XmlAttributes = ReadonlyMap<string, string>

/** `NativeDicomModel` or `Item`: a data set under construction. */
interface ItemNode {
  readonly kind: 'item'
  readonly number: string | undefined
  readonly elements: NamedAttribute[]
}

interface AttributeNode {
  readonly kind: 'attribute'
  readonly tag: Tag
  readonly vr: VR
  readonly privateCreator: string | undefined
  readonly values: (Value | undefined)[]
  content: Omit<Attribute, 'vr' | 'Value'>
}

interface TextNode {
  readonly kind: 'value' | 'binary' | 'component'
  readonly name: string
  readonly number: string | undefined
  text: string
}

interface NameNode {
  readonly kind: 'name'
  readonly number: string | undefined
  readonly groups: { [group: string]: string }
}

interface GroupNode {
  readonly kind: 'group'
  readonly name: string
  readonly components: (string | undefined)[]
}

type Node = ItemNode | AttributeNode | TextNode | NameNode | GroupNode | { readonly kind: 'bulk-data' }

/** Values that numbers may leave out in a document: each costs memory without costing bytes. */
const maxGaps = 65_536

/** Builds a data set out of the elements of a Native DICOM Model, refusing what stands in the wrong place. */
export class NativeModelBuilder {
  readonly #maxDepth: number
  readonly #stack: Node[] = []
  #dataset: Dataset | undefined
  #depth = 0
  #gaps = 0

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth
  }

  open(name: string, xml: XmlAttributes): void {
    this.#stack.push(this.#start(name, xml, this.#stack.at(-1)))
  }

  text(text: string): void {
    const top = this.#stack.at(-1)
    if (top?.kind === 'value' || top?.kind === 'binary' || top?.kind === 'component') top.text += text
    else if (text.trim() !== '') throw this.#malformed('Text stands between elements')
  }

  close(): void {
    const node = this.#stack.pop() as Node // a parser closes only what it has opened
    const parent = this.#stack.at(-1)
    if (node.kind === 'item') this.#closeItem(node, parent)
    else if (node.kind === 'attribute') this.#closeAttribute(node, parent as ItemNode)
    else if (node.kind === 'value') {
      const { tag, vr, values } = parent as AttributeNode
      this.#place(values, node.number, node.text === '' ? null : readValue(vr, node.text, [...this.#path(), tag]))
    } else if (node.kind === 'binary') {
      ;(parent as AttributeNode).content = { InlineBinary: node.text.replace(/\s+/g, '') }
    } else if (node.kind === 'name') {
      const empty = Object.keys(node.groups).length === 0
      this.#place((parent as AttributeNode).values, node.number, empty ? null : node.groups)
    } else if (node.kind === 'group') {
      ;(parent as NameNode).groups[node.name] = joinName(node.components)
    } else if (node.kind === 'component') {
      // `start` lets only these five names in.
      const at = nameComponents.indexOf(node.name as (typeof nameComponents)[number])
      ;(parent as GroupNode).components[at] = node.text
    }
  }

  end(): Dataset {
    if (this.#dataset === undefined) throw new DatasetError('malformed', [], 'The document has no NativeDicomModel')
    return this.#dataset
  }

  /** What may stand in what: the schema of PS3.19 §A.1.6. `close` relies on it for the kind of a parent. */
  #start(name: string, xml: XmlAttributes, parent: Node | undefined): Node {
    const number = xml.get('number')
    if (parent === undefined) {
      if (name === 'NativeDicomModel') return { kind: 'item', number: undefined, elements: [] }
    } else if (parent.kind === 'item') {
      if (name === 'DicomAttribute') return this.#startAttribute(xml)
    } else if (parent.kind === 'attribute') {
      if (name === 'Value' && parent.vr !== 'SQ' && parent.vr !== 'PN') return { kind: 'value', name, number, text: '' }
      if (name === 'PersonName' && parent.vr === 'PN') return { kind: 'name', number, groups: {} }
      if (name === 'Item' && parent.vr === 'SQ') return this.#startItem(number)
      if (name === 'InlineBinary') return { kind: 'binary', name, number, text: '' }
      if (name === 'BulkData') return this.#startBulkData(parent, xml)
    } else if (parent.kind === 'name') {
      if (componentGroups.some((group) => group === name)) return { kind: 'group', name, components: [] }
    } else if (parent.kind === 'group') {
      if (nameComponents.some((component) => component === name)) return { kind: 'component', name, number, text: '' }
    }
    throw this.#malformed('An element stands where the Native DICOM Model has none such')
  }

  #startAttribute(xml: XmlAttributes): AttributeNode {
    const tag = xml.get('tag')?.toUpperCase()
    const vr = xml.get('vr')
    if (tag === undefined || !/^[0-9A-F]{8}$/.test(tag)) throw this.#malformed('A DicomAttribute has no right tag')
    if (vr === undefined || !isVR(vr)) throw this.#malformed('The attribute has no right vr', tag)
    return { kind: 'attribute', tag, vr, privateCreator: xml.get('privateCreator'), values: [], content: {} }
  }

  #startItem(number: string | undefined): ItemNode {
    this.#depth++
    if (this.#depth > this.#maxDepth) {
      throw new DatasetError('too-large', this.#path(), `Sequences are nested deeper than ${this.#maxDepth}`)
    }
    return { kind: 'item', number, elements: [] }
  }

  #startBulkData(parent: AttributeNode, xml: XmlAttributes): Node {
    const uuid = xml.get('uuid')
    // Schemas before CP-2032 spelled it in capitals.
    const uri = xml.get('uri') ?? xml.get('URI') ?? (uuid === undefined ? undefined : `urn:uuid:${uuid}`)
    if (uri === undefined || uri === '') throw this.#malformed('BulkData has neither uri nor uuid')
    parent.content = { BulkDataURI: uri }
    return { kind: 'bulk-data' }
  }

  #closeItem({ elements, number }: ItemNode, parent: Node | undefined): void {
    const dataset = assignBlocks(elements)
    if (isDuplicate(dataset)) throw this.#malformed('The attribute stands twice in its item', dataset.duplicate)
    if (parent === undefined) {
      this.#dataset = dataset
      return
    }
    this.#depth--
    this.#place((parent as AttributeNode).values, number, dataset)
  }

  #closeAttribute({ tag, vr, privateCreator, values, content }: AttributeNode, parent: ItemNode): void {
    const kinds = Object.keys(content).length + (values.length > 0 ? 1 : 0)
    if (kinds > 1) throw this.#malformed('The attribute has its value in two forms', tag)
    // A private (gggg,bb00) is (gggg,0000) without its block.
    if (privateCreator === undefined && isGroupLengthTag(tag)) return
    const gap = vr === 'SQ' ? {} : null
    const filled = values.length === 0 ? {} : { Value: Array.from(values, (value) => value ?? gap) }
    parent.elements.push({ tag, privateCreator, attribute: { vr, ...filled, ...content } })
  }

  /** "A 'Value' element with the attribute 'number=n' maps to 'Value[n-1]'" (PS3.18 §F.3.1); without one it is the next. */
  #place(values: (Value | undefined)[], number: string | undefined, value: Value): void {
    const at = number === undefined ? values.length : Number(number) - 1
    if (!Number.isSafeInteger(at) || at < 0 || values[at] !== undefined)
      throw this.#malformed('A value has no right number')
    this.#gaps += Math.max(0, at - values.length)
    if (this.#gaps > maxGaps) throw new DatasetError('too-large', this.#path(), 'Numbers leave out too many values')
    while (values.length < at) values.push(undefined)
    values[at] = value
  }

  #path(): TagPath {
    return this.#stack.flatMap((node) => (node.kind === 'attribute' ? [node.tag] : []))
  }

  #malformed(message: string, tag?: Tag): DatasetError {
    return new DatasetError('malformed', tag === undefined ? this.#path() : [...this.#path(), tag], message)
  }
}

function isDuplicate(result: ReturnType<typeof assignBlocks>): result is { readonly duplicate: Tag } {
  return typeof result.duplicate === 'string'
}
