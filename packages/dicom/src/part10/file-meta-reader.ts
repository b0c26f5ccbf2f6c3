import { tags } from '../dictionary/dictionary.ts'
import { lookupTransferSyntax, type TransferSyntax } from '../transfer-syntax.ts'
import { ByteCollector } from './byte-collector.ts'
import type { ElementHandler } from './element-events.ts'
import { type HeaderBytes, readHeader, undefinedLength } from './header-bytes.ts'
import { Part10Error } from './parsed-instance.ts'
import { tagFactsOf } from './tag-facts.ts'

/** Where the data set begins, and how it is written. */
export interface FileMetaEnd {
  readonly transferSyntax: TransferSyntax
  /** Bytes of the data set that have already come. */
  readonly rest: Buffer
  /** Offset of the data set in the object. */
  readonly offset: number
}

const prefixEnd = 132
const fileMetaGroup = 0x0002
/** Real ones have some hundred bytes; private information may follow (PS3.10 §7.1). */
const maxFileMetaBytes = 1_048_576
const fileMetaEncoding = { explicitVR: true, bigEndian: false }

/** Reads preamble, prefix and group 0002, which are Explicit VR Little Endian whatever follows (PS3.10 §7.1). */
export class FileMetaReader {
  readonly #handler: ElementHandler
  readonly #held = new ByteCollector()
  readonly #header: HeaderBytes = { tagNumber: 0, vr: undefined, length: 0, size: 0 }
  #at = 0
  #announcedEnd: number | undefined
  #transferSyntaxUid: string | undefined

  constructor(handler: ElementHandler) {
    this.#handler = handler
  }

  /** Takes bytes; answers once the first element of the data set is seen. */
  write(bytes: Uint8Array): FileMetaEnd | undefined {
    this.#held.add(bytes)
    const held = this.#held.view()
    if (this.#at === 0) {
      if (held.length < prefixEnd) return undefined
      if (held.toString('latin1', 128, prefixEnd) !== 'DICM') {
        throw new Part10Error('not-part10', 'No "DICM" prefix at offset 128')
      }
      this.#at = prefixEnd
    }
    while (held.length - this.#at >= 8) {
      const group = held.readUInt16LE(this.#at)
      // The group tells where the data set begins, since group lengths are often wrong. Only a deflate stream could look
      // like group 0002, and there the length decides.
      if (group !== fileMetaGroup || (this.#at === this.#announcedEnd && this.#syntax()?.deflated === true)) {
        return this.#finish(held)
      }
      if (!this.#readElement(held)) break
    }
    if (held.length > maxFileMetaBytes) {
      throw new Part10Error('too-large', `File meta information is longer than ${maxFileMetaBytes} bytes`)
    }
    return undefined
  }

  /** The object ended before a data set began. */
  end(): never {
    const { length } = this.#held
    if (length === 0) throw new Part10Error('not-part10', 'No bytes')
    if (length < prefixEnd) throw new Part10Error('not-part10', 'Shorter than preamble and prefix')
    throw new Part10Error('truncated', 'Ends before a data set begins')
  }

  #readElement(held: Buffer): boolean {
    const header = this.#header
    if (!readHeader(held, this.#at, held.length - this.#at, fileMetaEncoding, header)) return false
    const { tag, vr: dictionaryVr } = tagFactsOf(header.tagNumber)
    if (header.length === undefinedLength) throw new Part10Error('malformed', `Undefined length of ${tag}`)
    const offset = this.#at + header.size
    if (header.length > maxFileMetaBytes)
      throw new Part10Error('too-large', `${tag} is longer than ${maxFileMetaBytes} bytes`)
    if (held.length - offset < header.length) return false
    const value = held.subarray(offset, offset + header.length)
    if (tag === tags.FileMetaInformationGroupLength && value.length === 4)
      this.#announce(offset + 4 + value.readUInt32LE(0))
    if (tag === tags.TransferSyntaxUID) this.#transferSyntaxUid = value.toString('latin1').replace(/[\0 ]+$/, '')
    const vr = header.vr ?? dictionaryVr ?? 'UN'
    const element = { tag, vr, vrVaries: false, bigEndian: false, offset, length: header.length }
    if (this.#handler.startElement(element) === 'whole') {
      this.#handler.value(element, value)
    } else {
      this.#handler.endValue(element)
    }
    this.#at = offset + header.length
    return true
  }

  #announce(end: number): void {
    if (end > maxFileMetaBytes) throw new Part10Error('malformed', 'File Meta Information Group Length cannot be right')
    this.#announcedEnd = end
  }

  #syntax(): TransferSyntax | undefined {
    return this.#transferSyntaxUid === undefined ? undefined : lookupTransferSyntax(this.#transferSyntaxUid)
  }

  #finish(held: Buffer): FileMetaEnd {
    if (this.#at === prefixEnd) throw new Part10Error('not-part10', 'No file meta information')
    if (this.#transferSyntaxUid === undefined) {
      throw new Part10Error('malformed', 'File meta information has no Transfer Syntax UID')
    }
    const transferSyntax = this.#syntax()
    if (transferSyntax === undefined) {
      throw new Part10Error('unsupported-transfer-syntax', 'The Transfer Syntax UID is none of PS3.5')
    }
    if (this.#announcedEnd === undefined) {
      this.#handler.warn(tags.FileMetaInformationGroupLength, 'File Meta Information Group Length is absent')
    } else if (this.#announcedEnd !== this.#at) {
      this.#handler.warn(tags.FileMetaInformationGroupLength, 'File Meta Information Group Length is not right')
    }
    return { transferSyntax, rest: held.subarray(this.#at), offset: this.#at }
  }
}
