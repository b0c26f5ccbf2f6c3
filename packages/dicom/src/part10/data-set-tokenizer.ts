import { tags } from '../dictionary/dictionary.ts'
import type { Tag } from '../tag.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import type { VR } from '../vr.ts'
import { ContainerStack } from './container-stack.ts'
import type { ContainerHeader, ElementHandler } from './element-events.ts'
import {
  type Encoding,
  type HeaderBytes,
  itemTags,
  maxHeaderSize,
  readHeader,
  undefinedLength,
} from './header-bytes.ts'
import { Part10Error } from './parsed-instance.ts'
import { formatTag, tagFactsOf } from './tag-facts.ts'
import { ValueReader } from './value-reader.ts'

/** How the items of a sequence are written whose VR is `UN` (PS3.5 §6.2.2). */
const implicitLittleEndian: Encoding = { explicitVR: false, bigEndian: false }

/**
 * Splits the bytes of a data set into elements as they come (PS3.5 §7). Holds one header, one `'whole'` value, and what is
 * open around them.
 */
export class DataSetTokenizer {
  readonly #handler: ElementHandler
  readonly #encapsulated: boolean
  readonly #containers: ContainerStack
  readonly #value: ValueReader
  #position: number
  /** Items of the encapsulated pixel data at hand. */
  #fragments = 0

  readonly #header: HeaderBytes = { tagNumber: 0, vr: undefined, length: 0, size: 0 }
  /** The start of a header that continues in the next bytes. */
  readonly #partial = Buffer.alloc(maxHeaderSize)
  #partialLength = 0

  #pixelDataSeen = false
  /** What follows the data set has begun: nothing more is read. */
  #trailing = false

  /** @param offset of the first byte that `write` will get */
  constructor(handler: ElementHandler, transferSyntax: TransferSyntax, offset: number, maxDepth: number) {
    this.#handler = handler
    this.#encapsulated = transferSyntax.encapsulated
    this.#containers = new ContainerStack(transferSyntax, maxDepth)
    this.#value = new ValueReader(handler)
    this.#position = offset
  }

  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    let at = 0
    while (at < bytes.length && !this.#trailing) {
      if (this.#value.remaining > 0) at += this.#readValue(bytes, at)
      else if (this.#partialLength > 0) at += this.#continueHeader(bytes, at)
      else at += this.#startHeader(bytes, at)
    }
  }

  /** @throws Part10Error `truncated` where something is still open */
  end(): void {
    if (this.#trailing) return
    const { remaining } = this.#value
    if (remaining > 0) {
      throw new Part10Error(
        'truncated',
        `Ends inside the value of ${formatTag(this.#header.tagNumber)}: ${remaining} bytes are missing`,
      )
    }
    if (!this.#containers.isTopLevel) throw new Part10Error('truncated', `Ends inside ${this.#containers.top.tag}`)
    // Fewer zeros than a header has are padding, such as that of a file made even.
    if (this.#partial.subarray(0, this.#partialLength).some((byte) => byte !== 0)) {
      throw new Part10Error('truncated', 'Ends inside the header of an element')
    }
  }

  #readValue(bytes: Buffer, at: number): number {
    const length = this.#value.read(bytes, at)
    this.#position += length
    if (this.#value.remaining === 0) this.#closeReached()
    return length
  }

  #startHeader(bytes: Buffer, at: number): number {
    const available = bytes.length - at
    if (available >= 8 && this.#readHeader(bytes, at, available)) return this.#accept(bytes, at, this.#header.size)
    this.#partialLength = bytes.copy(this.#partial, 0, at)
    return available
  }

  #continueHeader(bytes: Buffer, at: number): number {
    const wanted = this.#partialLength < 8 ? 8 : maxHeaderSize
    const taken = bytes.copy(this.#partial, this.#partialLength, at, at + wanted - this.#partialLength)
    this.#partialLength += taken
    if (this.#partialLength < wanted || !this.#readHeader(this.#partial, 0, wanted)) return taken
    this.#partialLength = 0
    return this.#accept(bytes, at, taken)
  }

  #readHeader(bytes: Buffer, at: number, available: number): boolean {
    try {
      return readHeader(bytes, at, available, this.#containers.top.encoding, this.#header)
    } catch (error) {
      // What follows Pixel Data and makes no sense is foreign, such as a second file: the instance itself is complete.
      if (!this.#pixelDataSeen || !this.#containers.isTopLevel) throw error
      this.#endDataSet()
      return false
    }
  }

  /** Acts on the header, of which `taken` bytes lie at `at`. Returns these and the bytes of the value consumed at once. */
  #accept(bytes: Buffer, at: number, taken: number): number {
    const { top } = this.#containers
    this.#position += this.#header.size
    if (this.#position > top.limit) throw this.#overrun()
    let consumed = 0
    if (top.kind === 'sequence') this.#acceptItem()
    else if (top.kind === 'fragments') this.#acceptFragment()
    else if (this.#header.tagNumber >>> 16 === 0xfffe) this.#acceptDelimiter()
    else consumed = this.#acceptElement(bytes, at + taken)
    this.#position += consumed
    if (this.#value.remaining === 0) this.#closeReached()
    return taken + consumed
  }

  #acceptElement(bytes: Buffer, at: number): number {
    const { tagNumber, vr: written, length } = this.#header
    const { isTopLevel, top } = this.#containers
    // A zeroed header is padding that some writers leave behind the data set.
    if (tagNumber === 0 && length === 0 && isTopLevel) {
      this.#endDataSet()
      return 0
    }
    const { tag, vr: known, vrVaries: varies } = tagFactsOf(tagNumber)
    const vr = written === undefined || written === 'UN' ? (known ?? 'UN') : written
    const vrVaries = varies && written !== vr
    // Values of UN are little endian (PS3.5 §6.2.2).
    const bigEndian = top.encoding.bigEndian && written !== 'UN'
    const offset = this.#position
    const isPixelData = tag === tags.PixelData && isTopLevel
    if (isPixelData) this.#pixelDataSeen = true
    if (length === undefinedLength) {
      const header = { tag, vr, vrVaries, bigEndian, offset, length: undefined }
      if (isFragmented(written, tag)) this.#startFragments(header, isPixelData)
      else this.#startSequence(header, written)
      return 0
    }
    if (offset + length > top.limit) throw this.#overrun()
    if (vr === 'SQ') {
      this.#startSequence({ tag, vr, vrVaries, bigEndian, offset, length }, written)
      return 0
    }
    if (isPixelData && this.#encapsulated) {
      throw new Part10Error('malformed', 'Pixel Data is native in an encapsulated transfer syntax')
    }
    return this.#value.startElement({ tag, vr, vrVaries, bigEndian, offset, length }, bytes, at)
  }

  #startSequence(header: ContainerHeader, written: VR | undefined): void {
    const { tag, offset, length } = header
    const { encoding, limit } = this.#containers.top
    if (written !== undefined && written !== 'SQ' && written !== 'UN') {
      throw new Part10Error('malformed', `${tag} of VR ${written} has undefined length`)
    }
    this.#containers.open({
      kind: 'sequence',
      tag,
      encoding: written === 'UN' ? implicitLittleEndian : encoding,
      delimited: length === undefined,
      limit: length === undefined ? limit : offset + length,
    })
    this.#handler.startSequence({ ...header, vr: 'SQ', vrVaries: false })
  }

  #startFragments(header: ContainerHeader, isPixelData: boolean): void {
    if (isPixelData && !this.#encapsulated) {
      throw new Part10Error('malformed', 'Pixel Data is encapsulated in a native transfer syntax')
    }
    const { tag, vr } = header
    const { encoding, limit } = this.#containers.top
    this.#fragments = 0
    this.#containers.open({ kind: 'fragments', tag, encoding, delimited: true, limit })
    this.#handler.startFragments({ ...header, vr: vr === 'OW' ? 'OW' : 'OB', vrVaries: false })
  }

  #acceptItem(): void {
    const { tagNumber, length } = this.#header
    const { tag, encoding, delimited, limit } = this.#containers.top
    if (tagNumber === itemTags.item) {
      const isDelimited = length === undefinedLength
      const end = isDelimited ? limit : this.#position + length
      if (end > limit) throw new Part10Error('malformed', `An item of ${tag} is longer than its sequence`)
      this.#containers.open({ kind: 'item', tag, encoding, delimited: isDelimited, limit: end })
      this.#handler.startItem(this.#position, isDelimited ? undefined : length)
    } else if (tagNumber === itemTags.sequenceDelimitation) {
      if (delimited) this.#close()
      else this.#handler.warn(tag, 'A sequence of defined length has a delimiter')
    } else {
      throw new Part10Error('malformed', `${formatTag(tagNumber)} stands where an item of ${tag} should`)
    }
  }

  #acceptFragment(): void {
    const { tagNumber, length } = this.#header
    const { tag, limit } = this.#containers.top
    if (tagNumber === itemTags.sequenceDelimitation) {
      this.#close()
    } else if (tagNumber !== itemTags.item) {
      throw new Part10Error('malformed', `${formatTag(tagNumber)} stands where a fragment of ${tag} should`)
    } else if (length === undefinedLength || this.#position + length > limit) {
      throw new Part10Error('malformed', `A fragment of ${tag} has no length that can be right`)
    } else {
      this.#value.startFragment({ index: this.#fragments++, offset: this.#position, length })
    }
  }

  /** Items and delimiters among elements: the end of an item, or something stray. */
  #acceptDelimiter(): void {
    const { tagNumber, length } = this.#header
    const { kind, tag, delimited, limit } = this.#containers.top
    if (tagNumber === itemTags.itemDelimitation && kind === 'item' && delimited) {
      this.#close()
    } else if (tagNumber === itemTags.item) {
      if (length === undefinedLength || this.#position + length > limit) {
        throw new Part10Error('malformed', 'An item stands outside a sequence')
      }
      this.#handler.warn(tag, 'An item stands outside a sequence and is passed over')
      this.#value.skip(length)
    } else if (kind === 'item' && delimited) {
      throw new Part10Error('malformed', `${formatTag(tagNumber)} stands inside an item of ${tag}`)
    } else {
      // After a defined length a delimiter says what is known already.
      this.#handler.warn(tag, 'A delimiter delimits nothing')
    }
  }

  #close(): void {
    const { kind } = this.#containers.close()
    if (kind === 'item') this.#handler.endItem()
    else if (kind === 'sequence') this.#handler.endSequence()
    else this.#handler.endFragments(this.#position - this.#header.size)
  }

  /** Closes what ends here by its length. */
  #closeReached(): void {
    while (this.#position >= this.#containers.top.limit) {
      const { delimited, tag } = this.#containers.top
      if (delimited) throw new Part10Error('malformed', `${tag} lacks its delimiter`)
      this.#close()
    }
  }

  #endDataSet(): void {
    this.#trailing = true
    this.#handler.warn('', 'Bytes follow the data set')
  }

  #overrun(): Part10Error {
    return new Part10Error(
      'malformed',
      `${formatTag(this.#header.tagNumber)} is longer than ${this.#containers.top.tag} around it`,
    )
  }
}

/** Of undefined length are only sequences and encapsulated values (PS3.5 §7.1.1, §A.4). */
function isFragmented(written: VR | undefined, tag: Tag): boolean {
  return written === 'OB' || written === 'OW' || (written === 'UN' && tag === tags.PixelData)
}
