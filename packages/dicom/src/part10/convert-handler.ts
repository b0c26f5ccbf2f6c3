import { tags } from '../dictionary/dictionary.ts'
import { isGroupLengthTag } from '../tag.ts'
import { type TransferSyntax, transferSyntaxes } from '../transfer-syntax.ts'
import { type VR, vrs } from '../vr.ts'
import type { ContainerHeader, Delivery, ElementHandler, ElementHeader, FragmentHeader } from './element-events.ts'
import { itemTags, undefinedLength } from './header-bytes.ts'
import { Part10Error } from './parsed-instance.ts'
import { UnitSwapper } from './swap-bytes.ts'
import { writeHeader, writeItemHeader, writtenVr } from './write-dataset.ts'
import { withPreamble } from './write-file-meta.ts'
import { PieceWriter } from './write-pieces.ts'

const explicit = { explicitVR: true }
const preambleLength = 128

/** Writes what a tokenizer finds as Explicit VR Little Endian. */
export class ConvertHandler implements ElementHandler {
  transferSyntax: TransferSyntax | undefined
  /** Group 0002 at first, without its length, which comes before it; then what is to be handed on. */
  #out = new PieceWriter(false)
  #preamble = Buffer.alloc(0)
  #swapper: UnitSwapper | undefined
  /** Pixel Representation of the data set and of each item around the current element, where it has one. */
  readonly #pixelRepresentations: (number | undefined)[] = [undefined]
  /** Whether each open sequence needs a delimiter. */
  readonly #delimited: boolean[] = []

  /** Takes the bytes of the object until the preamble, which the tokenizer does not hand over, is whole. */
  addToPreamble(chunk: Uint8Array): void {
    if (this.#preamble.length === preambleLength) return
    this.#preamble = Buffer.concat([this.#preamble, chunk.subarray(0, preambleLength - this.#preamble.length)])
  }

  /** What can be handed on. */
  take(): readonly Uint8Array[] {
    if (this.transferSyntax === undefined) return []
    return this.#out.take().filter((piece) => piece instanceof Uint8Array) // no sources are written here
  }

  startDataSet(transferSyntax: TransferSyntax): void {
    if (transferSyntax.encapsulated) {
      throw new Part10Error(
        'unsupported-transfer-syntax',
        'An encapsulated object cannot be re-encoded without decoding',
      )
    }
    this.transferSyntax = transferSyntax
    const elements = this.#out.take().filter((piece) => piece instanceof Uint8Array)
    this.#out.bytes(withPreamble(Buffer.concat(elements), this.#preamble))
  }

  startElement(header: ElementHeader): Delivery {
    const { tag, length } = header
    // Group lengths are retired, and would no longer be right (PS3.5 §7.2).
    if (isGroupLengthTag(tag)) return 'skip'
    if (this.transferSyntax === undefined && tag === tags.TransferSyntaxUID) {
      this.#writeTransferSyntax()
      return 'skip'
    }
    const even = length + (length % 2)
    const vr = this.#decideVr(header)
    writeHeader(this.#out, tag, writtenVr(vr, even, explicit), even, explicit)
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
    this.endValue(header)
  }

  chunk(bytes: Buffer): void {
    // A view of bytes that are not ours to keep.
    this.#out.bytes(this.#swapper?.take(bytes) ?? Buffer.from(bytes))
  }

  endValue({ tag, vr, length }: ElementHeader): void {
    if (isGroupLengthTag(tag) || (this.transferSyntax === undefined && tag === tags.TransferSyntaxUID)) return
    if (this.#swapper !== undefined) this.#out.bytes(this.#swapper.rest())
    this.#swapper = undefined
    if (length % 2 === 1) this.#out.bytes(Buffer.of(vrs[vr].padding))
  }

  startSequence({ tag, length }: ContainerHeader): void {
    const delimited = length !== 0
    this.#delimited.push(delimited)
    writeHeader(this.#out, tag, 'SQ', delimited ? undefinedLength : 0, explicit)
  }

  startItem(): void {
    this.#pixelRepresentations.push(undefined)
    writeItemHeader(this.#out, itemTags.item, undefinedLength)
  }

  endItem(): void {
    this.#pixelRepresentations.pop()
    writeItemHeader(this.#out, itemTags.itemDelimitation, 0)
  }

  endSequence(): void {
    if (this.#delimited.pop() === true) writeItemHeader(this.#out, itemTags.sequenceDelimitation, 0)
  }

  startFragments({ tag, vr }: ContainerHeader): void {
    writeHeader(this.#out, tag, vr, undefinedLength, explicit)
  }

  startFragment({ length }: FragmentHeader): 'chunks' {
    this.#swapper = undefined
    writeItemHeader(this.#out, itemTags.item, length + (length % 2))
    return 'chunks'
  }

  endFragment({ length }: FragmentHeader): void {
    if (length % 2 === 1) this.#out.bytes(Buffer.alloc(1))
  }

  endFragments(): void {
    writeItemHeader(this.#out, itemTags.sequenceDelimitation, 0)
  }

  warn(): void {
    // What was read in spite of a broken rule is written by the rules.
  }

  /**
   * "US or SS" follows Pixel Representation, which comes before it or not at all (PS3.5 §A.1). "OB or OW" stays OW, in which
   * Implicit VR has it; the bytes are the same.
   */
  #decideVr({ vr, vrVaries }: ElementHeader): VR {
    if (!vrVaries || vr !== 'US') return vr
    return this.#pixelRepresentations.findLast((value) => value !== undefined) === 1 ? 'SS' : 'US'
  }

  #writeTransferSyntax(): void {
    const { uid } = transferSyntaxes.ExplicitVRLittleEndian
    const value = Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`, 'latin1')
    writeHeader(this.#out, tags.TransferSyntaxUID, 'UI', value.length, explicit)
    this.#out.bytes(value)
  }
}
