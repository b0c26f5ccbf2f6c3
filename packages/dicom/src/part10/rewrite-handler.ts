import type { Attribute, Dataset } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'
import { isGroupLengthTag, type Tag } from '../tag.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import { type VR, vrs } from '../vr.ts'
import type { ContainerHeader, Delivery, ElementHandler, ElementHeader, FragmentHeader } from './element-events.ts'
import { itemTags, undefinedLength } from './header-bytes.ts'
import { Part10Error } from './parsed-instance.ts'
import type { NewPixelData, Rewriting } from './rewriting.ts'
import { UnitSwapper } from './swap-bytes.ts'
import { type DatasetEncoding, writeDataset, writeHeader, writeItemHeader, writtenVr } from './write-dataset.ts'
import { withPreamble } from './write-file-meta.ts'
import { type Piece, PieceWriter } from './write-pieces.ts'

const preambleLength = 128

/** Of group 0002, whatever follows (PS3.10 §7.1). */
const fileMetaEncoding: DatasetEncoding = { explicitVR: true, encapsulated: false, bulkData: () => undefined }

/** Writes what a tokenizer finds in another transfer syntax, and in its place among it what is to be new. */
export class RewriteHandler implements ElementHandler {
  transferSyntax: TransferSyntax | undefined
  readonly #target: TransferSyntax
  readonly #removed: ReadonlySet<Tag>
  /** Of group 0002. */
  readonly #fileMeta: Dataset
  readonly #replaced: Dataset
  readonly #appended: Dataset
  readonly #pixelData: NewPixelData | undefined
  /** Tags of what is new, ascending; written ones are taken away. */
  readonly #due: Tag[]
  /** Group 0002 at first, without its length, which comes before it; then what is to be handed on. */
  #out = new PieceWriter(false)
  #preamble = Buffer.alloc(0)
  #swapper: UnitSwapper | undefined
  /** Pixel Representation of the data set and of each item around the current element, where it has one. */
  readonly #pixelRepresentations: (number | undefined)[] = [undefined]
  /** The sequences around the current element, and whether they need a delimiter. */
  readonly #sequences: { readonly tag: Tag; readonly delimited: boolean }[] = []
  /** How deep in sequences that are left out; 0 where nothing is left out. */
  #passedOver = 0
  /** Whether the current element is left out. */
  #isSkipped = false
  #encoding = fileMetaEncoding

  constructor({ transferSyntax, replaced = {}, appended = {}, removed, sopInstanceUid, pixelData }: Rewriting) {
    this.#target = transferSyntax
    this.#fileMeta = {
      [tags.TransferSyntaxUID]: uid(transferSyntax.uid),
      ...(sopInstanceUid !== undefined && { [tags.MediaStorageSOPInstanceUID]: uid(sopInstanceUid) }),
    }
    this.#replaced = {
      ...replaced,
      ...(sopInstanceUid !== undefined && { [tags.SOPInstanceUID]: uid(sopInstanceUid) }),
    }
    this.#appended = appended
    this.#pixelData = pixelData
    this.#removed = removed ?? new Set()
    const pixelDataTags = pixelData === undefined ? [] : [tags.PixelData]
    this.#due = [...Object.keys(this.#replaced), ...Object.keys(appended), ...pixelDataTags].sort()
  }

  /** Takes the bytes of the object until the preamble, which the tokenizer does not hand over, is whole. */
  addToPreamble(chunk: Uint8Array): void {
    if (this.#preamble.length === preambleLength) return
    this.#preamble = Buffer.concat([this.#preamble, chunk.subarray(0, preambleLength - this.#preamble.length)])
  }

  /** What can be handed on. */
  take(): readonly Piece[] {
    return this.transferSyntax === undefined ? [] : this.#out.take()
  }

  startDataSet(transferSyntax: TransferSyntax): void {
    this.transferSyntax = transferSyntax
    this.#encoding = { ...fileMetaEncoding, explicitVR: this.#target.explicitVR }
    const elements = this.#out.take().filter((piece) => piece instanceof Uint8Array) // no sources in group 0002
    this.#out.bytes(withPreamble(Buffer.concat(elements), this.#preamble))
  }

  startElement(header: ElementHeader): Delivery {
    const { tag, length } = header
    this.#isSkipped = this.#isLeftOut(tag)
    if (this.#isSkipped) return 'skip'
    const even = length + (length % 2)
    const vr = this.#decideVr(header)
    this.#writeHeader(tag, writtenVr(vr, even, this.#encoding), even)
    const { unit } = vrs[vr]
    this.#swapper = header.bigEndian && unit > 1 ? new UnitSwapper(unit) : undefined
    // File meta information is held by the tokenizer and comes whole.
    const isFileMeta = this.transferSyntax === undefined
    return isFileMeta || (tag === tags.PixelRepresentation && length === 2) ? 'whole' : 'chunks'
  }

  value(header: ElementHeader, bytes: Buffer): void {
    if (bytes.length > 0) this.chunk(bytes)
    if (header.tag === tags.PixelRepresentation && bytes.length === 2) {
      const at = this.#pixelRepresentations.length - 1
      this.#pixelRepresentations[at] = header.bigEndian ? bytes.readUInt16BE(0) : bytes.readUInt16LE(0)
    }
    this.#endWritten(header)
  }

  chunk(bytes: Buffer): void {
    // A view of bytes that are not ours to keep.
    this.#out.bytes(this.#swapper?.take(bytes) ?? Buffer.from(bytes))
  }

  endValue(header: ElementHeader): void {
    if (!this.#isSkipped) this.#endWritten(header)
  }

  startSequence({ tag, length }: ContainerHeader): void {
    if (this.#isLeftOut(tag)) {
      this.#passedOver++
      return
    }
    const delimited = length !== 0 || this.#appendedTo(tag) !== undefined
    this.#sequences.push({ tag, delimited })
    this.#writeHeader(tag, 'SQ', delimited ? undefinedLength : 0)
  }

  startItem(): void {
    if (this.#passedOver > 0) return
    this.#pixelRepresentations.push(undefined)
    writeItemHeader(this.#out, itemTags.item, undefinedLength)
  }

  endItem(): void {
    if (this.#passedOver > 0) return
    this.#pixelRepresentations.pop()
    writeItemHeader(this.#out, itemTags.itemDelimitation, 0)
  }

  endSequence(): void {
    if (this.#passedOver > 0) {
      this.#passedOver--
      return
    }
    const sequence = this.#sequences.pop()
    if (sequence === undefined) return
    for (const item of this.#appendedTo(sequence.tag)?.Value ?? []) {
      writeItemHeader(this.#out, itemTags.item, undefinedLength)
      writeDataset(this.#out, item as Dataset, this.#encoding) // values of SQ are items
      writeItemHeader(this.#out, itemTags.itemDelimitation, 0)
    }
    if (sequence.delimited) writeItemHeader(this.#out, itemTags.sequenceDelimitation, 0)
  }

  startFragments({ tag, vr }: ContainerHeader): void {
    if (this.#isLeftOut(tag)) {
      this.#passedOver++
      return
    }
    if (this.transferSyntax?.encapsulated === true && this.transferSyntax !== this.#target) {
      throw new Part10Error(
        'unsupported-transfer-syntax',
        'An encapsulated object cannot be re-encoded without decoding',
      )
    }
    this.#writeHeader(tag, vr, undefinedLength)
  }

  startFragment({ length }: FragmentHeader): 'chunks' | 'skip' {
    if (this.#passedOver > 0) return 'skip'
    this.#swapper = undefined
    writeItemHeader(this.#out, itemTags.item, length + (length % 2))
    return 'chunks'
  }

  endFragment({ length }: FragmentHeader): void {
    if (this.#passedOver === 0 && length % 2 === 1) this.#out.bytes(Buffer.alloc(1))
  }

  endFragments(): void {
    if (this.#passedOver > 0) this.#passedOver--
    else writeItemHeader(this.#out, itemTags.sequenceDelimitation, 0)
  }

  warn(): void {
    // What was read in spite of a broken rule is written by the rules.
  }

  /** The object has ended: what is new and comes after everything is written. */
  end(): void {
    this.#writeDue(undefined)
  }

  /** Whether an element is not copied. What is new and comes before it, or in its place, is written first. */
  #isLeftOut(tag: Tag): boolean {
    if (this.#passedOver > 0) return true
    // Group lengths are retired, and would no longer be right (PS3.5 §7.2).
    if (isGroupLengthTag(tag)) return true
    if (this.transferSyntax === undefined) return this.#replaceFileMeta(tag)
    if (this.#sequences.length > 0) return false
    this.#writeDue(tag)
    const isNew = tag === tags.PixelData && this.#pixelData !== undefined
    return isNew || this.#replaced[tag] !== undefined || this.#removed.has(tag)
  }

  #replaceFileMeta(tag: Tag): boolean {
    const attribute = this.#fileMeta[tag]
    if (attribute === undefined) return false
    writeDataset(this.#out, { [tag]: attribute }, fileMetaEncoding)
    return true
  }

  /** Writes what is new and stands before `tag`, or all of it. Items for a sequence that is there wait for its end. */
  #writeDue(tag: Tag | undefined): void {
    while (this.#due.length > 0 && (tag === undefined || (this.#due[0] ?? '') <= tag)) {
      const due = this.#due.shift() ?? ''
      if (due === tag && this.#appended[due] !== undefined) return
      if (due === tags.PixelData && this.#pixelData !== undefined) this.#writePixelData(this.#pixelData)
      else writeDataset(this.#out, { [due]: this.#replaced[due] ?? (this.#appended[due] as Attribute) }, this.#encoding)
    }
  }

  #writePixelData({ vr, source }: NewPixelData): void {
    const { encapsulated } = this.#target
    this.#writeHeader(tags.PixelData, vr, encapsulated ? undefinedLength : source.length)
    this.#out.source({ source, path: [tags.PixelData], swapUnit: 1, padding: undefined })
    if (encapsulated) writeItemHeader(this.#out, itemTags.sequenceDelimitation, 0)
  }

  #appendedTo(tag: Tag): Attribute | undefined {
    return this.#sequences.length === 0 && this.transferSyntax !== undefined ? this.#appended[tag] : undefined
  }

  #writeHeader(tag: Tag, vr: VR, length: number): void {
    writeHeader(this.#out, tag, vr, length, this.#encoding)
  }

  #endWritten({ vr, length }: ElementHeader): void {
    if (this.#swapper !== undefined) this.#out.bytes(this.#swapper.rest())
    this.#swapper = undefined
    if (length % 2 === 1) this.#out.bytes(Buffer.of(vrs[vr].padding))
  }

  /**
   * "US or SS" follows Pixel Representation, which comes before it or not at all (PS3.5 §A.1). "OB or OW" stays OW, in which
   * Implicit VR has it; the bytes are the same.
   */
  #decideVr({ vr, vrVaries }: ElementHeader): VR {
    if (!vrVaries || vr !== 'US') return vr
    return this.#pixelRepresentations.findLast((value) => value !== undefined) === 1 ? 'SS' : 'US'
  }
}

function uid(value: string): Attribute {
  return { vr: 'UI', Value: [value] }
}
