import type { Tag } from '../tag.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import type { VR } from '../vr.ts'

/** What stands before a value (PS3.5 §7.1). */
export interface ElementHeader {
  readonly tag: Tag
  /**
   * As written in the object, or from the dictionary where the object names none (Implicit VR), or names `UN` for an
   * attribute of PS3.6; `UN` where nobody knows.
   */
  readonly vr: VR
  /** The VR came from the dictionary and depends on other attributes, as `US or SS` does on Pixel Representation. */
  readonly vrVaries: boolean
  /** Byte order of this value: sequences of VR `UN` are little endian even in a big-endian data set (PS3.5 §6.2.2). */
  readonly bigEndian: boolean
  /** Of the first byte of the value: from the start of the object, or of the inflated data set where it is deflated. */
  readonly offset: number
  /** Bytes of the value, as stored; may be odd. */
  readonly length: number
}

/** A sequence or encapsulated pixel data. */
export interface ContainerHeader extends Omit<ElementHeader, 'length'> {
  /** Bytes of all items; `undefined` for undefined length. */
  readonly length: number | undefined
}

/** One item of encapsulated pixel data (PS3.5 §A.4). */
export interface FragmentHeader {
  /** 0 is the Basic Offset Table; fragments count from 1. */
  readonly index: number
  /** Of the first byte of its value. */
  readonly offset: number
  readonly length: number
}

/** How a value is to be handed over: in one piece, as its bytes come, or not at all. */
export type Delivery = 'whole' | 'chunks' | 'skip'

/**
 * Receives what an object consists of, in stored order:
 *
 * ```
 * object    = (element of group 0002)* startDataSet element*
 * element   = startElement (value | chunk* endValue)                       'whole' | 'chunks', 'skip'
 *           | startSequence (startItem element* endItem)* endSequence
 *           | startFragments (startFragment chunk* endFragment)* endFragments
 * ```
 *
 * Bytes handed over are views that are valid only during the call: whoever keeps them copies them. What a handler throws
 * leaves through `write` and `end`.
 */
export interface ElementHandler {
  /** File meta information is complete. */
  startDataSet(transferSyntax: TransferSyntax): void
  /** Answers how the value is to come. With `'whole'` up to `length` bytes are held: answer it only for what is affordable. */
  startElement(header: ElementHeader): Delivery
  /** The value of an element that wanted it `'whole'`; also called, with no bytes, when it is empty. */
  value(header: ElementHeader, bytes: Buffer): void
  /** Next bytes of a value or fragment that wanted `'chunks'`. Never empty. */
  chunk(bytes: Buffer): void
  /** End of a value that came in chunks or was skipped. */
  endValue(header: ElementHeader): void

  startSequence(header: ContainerHeader): void
  /** @param offset of the first byte after the item's header */
  startItem(offset: number, length: number | undefined): void
  endItem(): void
  endSequence(): void

  startFragments(header: ContainerHeader): void
  startFragment(fragment: FragmentHeader): Exclude<Delivery, 'whole'>
  endFragment(fragment: FragmentHeader): void
  /** @param end offset just before the sequence delimiter */
  endFragments(end: number): void

  /** Bytes that break a rule of PS3.5 and could be read nevertheless. */
  warn(tag: Tag, problem: string): void
}
