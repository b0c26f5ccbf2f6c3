import { characterSetOf, defaultCharacterSet, utf8Term } from '../character-set.ts'
import type { Attribute, Dataset, Value } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'
import { encodeValue } from '../json-model/encode.ts'
import type { BulkDataRange } from '../pixel-data/pixel-data-layout.ts'
import { isGroupLengthTag, type Tag, type TagPath } from '../tag.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import { type VR, vrs } from '../vr.ts'
import type { ContainerHeader, Delivery, ElementHandler, ElementHeader, FragmentHeader } from './element-events.ts'
import { costs, MetadataBudget } from './metadata-budget.ts'
import { ModelScope } from './model-scope.ts'
import { type ParsedInstance, Part10Error, type Part10Limits } from './parsed-instance.ts'
import { isPixelDataTag, PixelDataRecorder } from './pixel-data-recorder.ts'
import { WarningList } from './warning-list.ts'

/** A sequence whose items are being built. */
interface OpenSequence {
  readonly header: ContainerHeader
  readonly items: Dataset[]
}

/** Short-form lengths end here; longer numbers are tables, such as LUTs in Implicit VR. */
const maxNumberBytes = 65_534

/** Builds the DICOM JSON Model and the byte ranges of one instance from what the tokenizer finds. */
export class ModelBuilder implements ElementHandler {
  readonly #limits: Part10Limits
  #transferSyntax: TransferSyntax | undefined
  #scope = new ModelScope(defaultCharacterSet)
  #fileMetaInformation: Dataset = {}
  readonly #sequences: OpenSequence[] = []
  readonly #bulkData = new Map<string, BulkDataRange>()
  readonly #pixelData = new PixelDataRecorder()
  readonly #budget: MetadataBudget
  readonly #warnings = new WarningList()
  #fragments: ContainerHeader | undefined
  #fragment: FragmentHeader | undefined
  /** `US or SS` met before Pixel Representation was. */
  readonly #undecided: (() => void)[] = []

  constructor(limits: Part10Limits) {
    this.#limits = limits
    this.#budget = new MetadataBudget(limits.maxMetadataBytes)
  }

  startDataSet(transferSyntax: TransferSyntax): void {
    this.#fileMetaInformation = this.#scope.dataset()
    this.#transferSyntax = transferSyntax
    this.#scope = new ModelScope(defaultCharacterSet)
  }

  startElement(header: ElementHeader): Delivery {
    const { tag, vr, length } = header
    if (isGroupLengthTag(tag)) return 'skip'
    if (this.#transferSyntax === undefined) return 'whole' // file meta information is small, and no bulk data of the instance
    const isOffsetTable = this.#isTopLevel() && tag === tags.ExtendedOffsetTable
    if (!this.#isBulk(header)) {
      this.#budget.charge(length + costs.element)
      return 'whole'
    }
    this.#addBulk(tag, vr, header.offset, length, false)
    if (!isOffsetTable) return 'skip'
    this.#budget.charge(length)
    return 'chunks'
  }

  value(header: ElementHeader, bytes: Buffer): void {
    const { tag, bigEndian } = header
    if (tag === tags.ExtendedOffsetTable && this.#isTopLevel()) this.#pixelData.addToExtendedOffsetTable(bytes)
    if (vrs[header.vr].multiple) this.#budget.chargeValues(bytes)
    const vr = this.#decideVr(header, bytes)
    const { attribute, problem } = encodeValue(vr, bytes, bigEndian, this.#scope.characterSet)
    if (problem !== undefined) this.warn(tag, problem)
    if (tag === tags.SpecificCharacterSet) {
      this.#useCharacterSet(attribute)
      // "The default character repertoire shall be UTF-8 / ISO_IR 192" (PS3.18 §F.2): so are the texts of the model.
      this.#add(tag, attribute.Value === undefined ? attribute : { vr, Value: [utf8Term] })
      return
    }
    this.#add(tag, attribute)
    if (tag === tags.PixelRepresentation) this.#usePixelRepresentation(attribute)
  }

  chunk(bytes: Buffer): void {
    if (this.#fragment !== undefined) this.#pixelData.addToFragment(this.#fragment, bytes)
    else this.#pixelData.addToExtendedOffsetTable(bytes)
  }

  endValue(): void {
    // What is to be said of bulk data was said at its start.
  }

  startSequence(header: ContainerHeader): void {
    this.#budget.charge(costs.element)
    this.#sequences.push({ header, items: [] })
  }

  startItem(): void {
    this.#budget.charge(costs.item)
    this.#scope = new ModelScope(this.#scope.characterSet, this.#scope)
  }

  endItem(): void {
    this.#sequences.at(-1)?.items.push(this.#scope.dataset())
    this.#scope = this.#scope.parent ?? this.#scope
  }

  endSequence(): void {
    const sequence = this.#sequences.pop()
    if (sequence === undefined) return
    const { header, items } = sequence
    // A copy made to size: most sequences have one item, and an array that grew keeps room for 16 more.
    this.#add(header.tag, items.length === 0 ? { vr: 'SQ' } : { vr: 'SQ', Value: items.slice() })
  }

  startFragments(header: ContainerHeader): void {
    this.#fragments = header
  }

  startFragment(fragment: FragmentHeader): 'chunks' | 'skip' {
    if (!this.#isTopLevel() || this.#fragments?.tag !== tags.PixelData) return 'skip'
    this.#budget.charge(fragment.index === 0 ? fragment.length : costs.fragment)
    this.#fragment = fragment
    return 'chunks'
  }

  endFragment(): void {
    if (this.#fragment !== undefined) this.#pixelData.endFragment(this.#fragment)
    this.#fragment = undefined
  }

  endFragments(end: number): void {
    if (this.#fragments === undefined) return
    const { tag, vr, offset } = this.#fragments
    this.#fragments = undefined
    this.#addBulk(tag, vr, offset, end - offset, true)
  }

  warn(tag: Tag, problem: string): void {
    this.#warnings.add(() => this.#path(tag), problem)
  }

  /** The instance, once the tokenizer has come to its end. */
  finish(): ParsedInstance {
    if (this.#transferSyntax === undefined) throw new Part10Error('truncated', 'Ends before a data set begins')
    for (const decide of this.#undecided) decide()
    const dataset = this.#scope.dataset()
    return {
      fileMetaInformation: this.#fileMetaInformation,
      transferSyntax: this.#transferSyntax,
      dataset,
      bulkData: [...this.#bulkData.values()],
      ...this.#pixelData.finish(dataset),
      warnings: this.#warnings.all,
    }
  }

  #isTopLevel(): boolean {
    return this.#sequences.length === 0
  }

  #isBulk({ tag, vr, length }: ElementHeader): boolean {
    if (length === 0) return false
    // Documents too are resources of their own, whatever their length.
    if (this.#isTopLevel() && (isPixelDataTag(tag) || tag === tags.EncapsulatedDocument)) return true
    const { json, unit } = vrs[vr]
    if (json === 'binary' || json === 'sequence') return length > this.#limits.maxInlineBytes
    return unit > 1 && length > maxNumberBytes
  }

  #addBulk(tag: Tag, vr: VR, offset: number, length: number, encapsulated: boolean): void {
    this.#budget.charge(costs.bulkData)
    const path = [...this.#sequences.flatMap(({ header, items }) => [header.tag, items.length + 1]), tag].join('/')
    const range = { path, vr, offset, length, encapsulated }
    this.#bulkData.set(path, range)
    this.#add(tag, { vr, BulkDataURI: path })
    if (this.#isTopLevel() && isPixelDataTag(tag)) this.#pixelData.found(tag, range)
  }

  #add(tag: Tag, attribute: Attribute): void {
    const problem = this.#scope.add(tag, attribute)
    if (problem !== undefined) this.warn(tag, problem)
  }

  /** Implicit VR leaves "US or SS" to Pixel Representation (PS3.5 §A.1). */
  #decideVr({ tag, vr, vrVaries, bigEndian }: ElementHeader, bytes: Buffer): VR {
    if (!vrVaries || vr !== 'US') return vr
    const scope = this.#scope
    const representation = scope.pixelRepresentation
    if (representation === undefined) {
      this.#budget.charge(costs.undecided)
      const copy = Buffer.from(bytes)
      this.#undecided.push(() => {
        if (scope.pixelRepresentation === 1) {
          scope.replace(tag, encodeValue('SS', copy, bigEndian, scope.characterSet).attribute)
        }
      })
    }
    return representation === 1 ? 'SS' : 'US'
  }

  #useCharacterSet({ Value = [] }: Attribute): void {
    const { characterSet, known } = characterSetOf(Value.map((term) => (typeof term === 'string' ? term : '')))
    this.#scope.characterSet = characterSet
    if (!known) this.warn(tags.SpecificCharacterSet, 'A term is no Defined Term of Specific Character Set')
  }

  #usePixelRepresentation({ Value }: Attribute): void {
    const value: Value | undefined = Value?.[0]
    if (typeof value === 'number') this.#scope.ownPixelRepresentation = value
  }

  #path(tag: Tag): TagPath {
    const around = this.#sequences.map(({ header }) => header.tag)
    return tag === '' ? around : [...around, tag]
  }
}
