import { tags } from '../dictionary/dictionary.ts'
import type { Tag } from '../tag.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import type { VR } from '../vr.ts'
import { ByteCollector } from './byte-collector.ts'
import type { Delivery, ElementHandler, ElementHeader, FragmentHeader } from './element-events.ts'
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

/** What is open around the current position. */
interface Container {
  readonly kind: 'data-set' | 'sequence' | 'item' | 'fragments'
  readonly tag: Tag
  readonly encoding: Encoding
  /** Ends at a delimiter rather than at `limit`. */
  readonly delimited: boolean
  /** Offset that nothing inside may pass. */
  readonly limit: number
}

/** How the items of a sequence are written whose VR is `UN` (PS3.5 §6.2.2). */
const implicitLittleEndian: Encoding = { explicitVR: false, bigEndian: false }
const noBytes = Buffer.alloc(0)

/**
 * Splits the bytes of a data set into elements as they come (PS3.5 §7). Holds one header and one `'whole'` value; nesting
 * lies on a stack of its own, so that no depth of sequences can exhaust that of the program.
 */
export class DataSetTokenizer {
  readonly #handler: ElementHandler
  readonly #encapsulated: boolean
  readonly #maxDepth: number
  readonly #stack: Container[] = []
  #top: Container
  #depth = 0
  #position: number

  /** The start of a header that continues in the next bytes. */
  readonly #partial = Buffer.alloc(maxHeaderSize)
  #partialLength = 0
  readonly #header: HeaderBytes = { tagNumber: 0, vr: undefined, length: 0, size: 0 }

  /** Bytes still to come of the value or fragment at hand. */
  #remaining = 0
  #delivery: Delivery = 'skip'
  #element: ElementHeader | undefined
  #fragment: FragmentHeader | undefined
  #fragments = 0
  readonly #value = new ByteCollector()

  #pixelDataRead = false
  /** Padding after the data set has begun: nothing more is read. */
  #trailing = false

  /** @param offset of the first byte that `write` will get */
  constructor(handler: ElementHandler, transferSyntax: TransferSyntax, offset: number, maxDepth: number) {
    this.#handler = handler
    this.#encapsulated = transferSyntax.encapsulated
    this.#maxDepth = maxDepth
    this.#position = offset
    this.#top = {
      kind: 'data-set',
      tag: '',
      encoding: transferSyntax,
      delimited: true,
      limit: Number.POSITIVE_INFINITY,
    }
  }

  write(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    let at = 0
    while (at < bytes.length && !this.#trailing) {
      if (this.#remaining > 0) at += this.#readValue(bytes, at)
      else if (this.#partialLength > 0) at += this.#continueHeader(bytes, at)
      else at += this.#startHeader(bytes, at)
    }
  }

  /** @throws Part10Error `truncated` where something is still open */
  end(): void {
    if (this.#trailing) return
    if (this.#remaining > 0) {
      const tag = this.#element?.tag ?? this.#top.tag
      throw new Part10Error('truncated', `Ends inside the value of ${tag}: ${this.#remaining} bytes are missing`)
    }
    if (this.#top.kind !== 'data-set') throw new Part10Error('truncated', `Ends inside ${this.#top.tag}`)
    // Fewer zeros than a header has are padding, such as that of a file made even.
    if (this.#partial.subarray(0, this.#partialLength).some((byte) => byte !== 0)) {
      throw new Part10Error('truncated', 'Ends inside the header of an element')
    }
  }

  #startHeader(bytes: Buffer, at: number): number {
    const available = bytes.length - at
    if (available >= 8 && this.#readHeader(bytes, at, available)) {
      return this.#header.size + this.#accept(this.#header, bytes, at + this.#header.size)
    }
    bytes.copy(this.#partial, 0, at)
    this.#partialLength = available
    return available
  }

  #continueHeader(bytes: Buffer, at: number): number {
    const wanted = this.#partialLength < 8 ? 8 : maxHeaderSize
    const taken = bytes.copy(this.#partial, this.#partialLength, at, at + wanted - this.#partialLength)
    this.#partialLength += taken
    if (this.#partialLength < wanted || !this.#readHeader(this.#partial, 0, wanted)) return taken
    this.#partialLength = 0
    return taken + this.#accept(this.#header, bytes, at + taken)
  }

  #readHeader(bytes: Buffer, at: number, available: number): boolean {
    try {
      return readHeader(bytes, at, available, this.#top.encoding, this.#header)
    } catch (error) {
      // What follows Pixel Data and makes no sense is foreign, such as a second file: the instance itself is complete.
      if (!this.#pixelDataRead || this.#top.kind !== 'data-set') throw error
      this.#trailing = true
      this.#handler.warn('', 'Bytes follow the data set')
      return false
    }
  }

  /** Acts on a header; `at` is where its value would begin. Returns the bytes of the value consumed at once. */
  #accept(header: HeaderBytes, bytes: Buffer, at: number): number {
    this.#position += header.size
    if (this.#position > this.#top.limit) throw this.#overrun(header)
    let consumed = 0
    if (this.#top.kind === 'sequence') this.#acceptItem(header)
    else if (this.#top.kind === 'fragments') this.#acceptFragment(header)
    else consumed = this.#acceptElement(header, bytes, at)
    if (this.#remaining === 0) this.#closeReached()
    return consumed
  }

  #acceptElement(header: HeaderBytes, bytes: Buffer, at: number): number {
    const { tagNumber, length } = header
    if (tagNumber >= itemTags.item && tagNumber <= 0xfffeffff) {
      this.#acceptDelimiter(header)
      return 0
    }
    // A zeroed header is padding that some writers leave behind the data set.
    if (tagNumber === 0 && length === 0 && this.#top.kind === 'data-set') {
      this.#trailing = true
      this.#handler.warn('', 'Bytes follow the data set')
      return 0
    }
    const facts = tagFactsOf(tagNumber)
    const { tag } = facts
    if (tag === tags.PixelData && this.#top.kind === 'data-set') this.#pixelDataRead = true
    const written = header.vr
    const vr: VR = written === undefined || written === 'UN' ? (facts.vr ?? 'UN') : written
    const { encoding } = this.#top
    // Values of UN are little endian (PS3.5 §6.2.2).
    const bigEndian = encoding.bigEndian && written !== 'UN'
    const vrVaries = facts.vrVaries && written !== vr
    const offset = this.#position
    if (length === undefinedLength) {
      const container = { tag, vr, vrVaries, bigEndian, offset, length: undefined }
      if (isFragmented(written, tag, encoding)) {
        this.#refuseNativeSyntax(tag)
        this.#fragments = 0
        this.#handler.startFragments({ ...container, vr: vr === 'UN' ? 'OB' : vr, vrVaries: false })
        this.#push({ kind: 'fragments', tag, encoding, delimited: true, limit: this.#top.limit })
      } else {
        if (written !== undefined && written !== 'SQ' && written !== 'UN') {
          throw new Part10Error('malformed', `${tag} of VR ${written} has undefined length`)
        }
        this.#startSequence({ ...container, vr: 'SQ' }, written === 'UN', this.#top.limit)
      }
      return 0
    }
    if (offset + length > this.#top.limit) throw this.#overrun(header)
    if (vr === 'SQ') {
      this.#startSequence({ tag, vr, vrVaries: false, bigEndian, offset, length }, written === 'UN', offset + length)
      return 0
    }
    if (tag === tags.PixelData && this.#encapsulated && this.#top.kind === 'data-set') {
      throw new Part10Error('malformed', 'Pixel Data is native in an encapsulated transfer syntax')
    }
    return this.#startValue({ tag, vr, vrVaries, bigEndian, offset, length }, bytes, at)
  }

  #startSequence(header: Parameters<ElementHandler['startSequence']>[0], isUn: boolean, limit: number): void {
    this.#depth++
    if (this.#depth > this.#maxDepth) {
      throw new Part10Error('too-large', `Sequences are nested deeper than ${this.#maxDepth}`)
    }
    this.#handler.startSequence(header)
    const encoding = isUn ? implicitLittleEndian : this.#top.encoding
    this.#push({ kind: 'sequence', tag: header.tag, encoding, delimited: header.length === undefined, limit })
  }

  #acceptItem({ tagNumber, length }: HeaderBytes): void {
    const { tag, encoding, delimited, limit } = this.#top
    if (tagNumber === itemTags.item) {
      const end = length === undefinedLength ? undefined : this.#position + length
      if (end !== undefined && end > limit)
        throw new Part10Error('malformed', `An item of ${tag} is longer than its sequence`)
      this.#handler.startItem(this.#position, end === undefined ? undefined : length)
      this.#push({ kind: 'item', tag, encoding, delimited: end === undefined, limit: end ?? limit })
    } else if (tagNumber === itemTags.sequenceDelimitation) {
      if (delimited) this.#close()
      else this.#handler.warn(tag, 'A sequence of defined length has a delimiter')
    } else {
      throw new Part10Error('malformed', `${formatTag(tagNumber)} stands where an item of ${tag} should`)
    }
  }

  /** Items and delimiters among elements: the end of an item, or something stray. */
  #acceptDelimiter({ tagNumber, length }: HeaderBytes): void {
    const { kind, tag, delimited } = this.#top
    if (tagNumber === itemTags.itemDelimitation && kind === 'item' && delimited) {
      this.#close()
    } else if (tagNumber === itemTags.item) {
      if (length === undefinedLength || this.#position + length > this.#top.limit) {
        throw new Part10Error('malformed', 'An item stands outside a sequence')
      }
      this.#handler.warn(tag, 'An item stands outside a sequence and is passed over')
      this.#delivery = 'skip'
      this.#remaining = length
    } else if (kind === 'item' && delimited) {
      throw new Part10Error('malformed', `${formatTag(tagNumber)} stands inside an item of ${tag}`)
    } else {
      // After a defined length a delimiter says what is known already.
      this.#handler.warn(tag, 'A delimiter delimits nothing')
    }
  }

  #acceptFragment({ tagNumber, length }: HeaderBytes): void {
    const { tag, limit } = this.#top
    if (tagNumber === itemTags.sequenceDelimitation) {
      this.#close()
      return
    }
    if (tagNumber !== itemTags.item) {
      throw new Part10Error('malformed', `${formatTag(tagNumber)} stands where a fragment of ${tag} should`)
    }
    if (length === undefinedLength || this.#position + length > limit) {
      throw new Part10Error('malformed', `A fragment of ${tag} has no length that can be right`)
    }
    this.#fragment = { index: this.#fragments++, offset: this.#position, length }
    this.#delivery = this.#handler.startFragment(this.#fragment)
    this.#remaining = length
    if (length === 0) this.#endValue()
  }

  #startValue(element: ElementHeader, bytes: Buffer, at: number): number {
    const { length } = element
    const delivery = this.#handler.startElement(element)
    if (delivery === 'whole' && length <= bytes.length - at) {
      this.#position += length
      this.#handler.value(element, length === 0 ? noBytes : bytes.subarray(at, at + length))
      return length
    }
    this.#element = element
    this.#delivery = delivery
    this.#remaining = length
    if (length === 0) this.#endValue()
    return 0
  }

  #readValue(bytes: Buffer, at: number): number {
    const length = Math.min(this.#remaining, bytes.length - at)
    if (this.#delivery !== 'skip') {
      const piece = bytes.subarray(at, at + length)
      if (this.#delivery === 'whole') this.#value.add(piece)
      else this.#handler.chunk(piece)
    }
    this.#position += length
    this.#remaining -= length
    if (this.#remaining === 0) {
      this.#endValue()
      this.#closeReached()
    }
    return length
  }

  #endValue(): void {
    if (this.#fragment !== undefined) {
      const fragment = this.#fragment
      this.#fragment = undefined
      this.#handler.endFragment(fragment)
    } else if (this.#element !== undefined) {
      const element = this.#element
      this.#element = undefined
      if (this.#delivery === 'whole') {
        this.#handler.value(element, this.#value.view())
        this.#value.clear()
      } else {
        this.#handler.endValue(element)
      }
    }
  }

  #push(container: Container): void {
    this.#stack.push(this.#top)
    this.#top = container
  }

  #close(): void {
    const closed = this.#top
    this.#top = this.#stack.pop() as Container // whatever is closed was pushed: the data set itself never closes
    if (closed.kind === 'item') {
      this.#handler.endItem()
    } else if (closed.kind === 'sequence') {
      this.#depth--
      this.#handler.endSequence()
    } else {
      this.#handler.endFragments(this.#position - 8)
    }
  }

  /** Closes what ends here by its length. */
  #closeReached(): void {
    while (this.#position >= this.#top.limit) {
      if (this.#top.delimited) throw new Part10Error('malformed', `${this.#top.tag} lacks its delimiter`)
      this.#close()
    }
  }

  #refuseNativeSyntax(tag: Tag): void {
    if (tag === tags.PixelData && !this.#encapsulated && this.#top.kind === 'data-set') {
      throw new Part10Error('malformed', 'Pixel Data is encapsulated in a native transfer syntax')
    }
  }

  #overrun({ tagNumber }: HeaderBytes): Part10Error {
    return new Part10Error('malformed', `${formatTag(tagNumber)} is longer than ${this.#top.tag} around it`)
  }
}

/** Of undefined length are only sequences and encapsulated values (PS3.5 §7.1.1, §A.4). */
function isFragmented(written: VR | undefined, tag: Tag, { explicitVR }: Encoding): boolean {
  if (!explicitVR) return false
  return written === 'OB' || written === 'OW' || (written === 'UN' && tag === tags.PixelData)
}
