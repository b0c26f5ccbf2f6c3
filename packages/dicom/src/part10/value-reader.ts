import { ByteCollector } from './byte-collector.ts'
import type { Delivery, ElementHandler, ElementHeader, FragmentHeader } from './element-events.ts'

const noBytes = Buffer.alloc(0)

/** Hands the value at hand over as its bytes come: in one piece, in chunks, or not at all. */
export class ValueReader {
  readonly #handler: ElementHandler
  readonly #held = new ByteCollector()
  #remaining = 0
  #delivery: Delivery = 'skip'
  #element: ElementHeader | undefined
  #fragment: FragmentHeader | undefined

  constructor(handler: ElementHandler) {
    this.#handler = handler
  }

  /** Bytes still to come. */
  get remaining(): number {
    return this.#remaining
  }

  /**
   * Begins an element whose value starts at `at`.
   * @returns bytes consumed at once: all of the value where it is wanted whole and is there
   */
  startElement(element: ElementHeader, bytes: Buffer, at: number): number {
    const { length } = element
    this.#delivery = this.#handler.startElement(element)
    if (this.#delivery === 'whole' && length <= bytes.length - at) {
      this.#handler.value(element, length === 0 ? noBytes : bytes.subarray(at, at + length))
      return length
    }
    this.#element = element
    this.#remaining = length
    if (length === 0) this.#end()
    return 0
  }

  startFragment(fragment: FragmentHeader): void {
    this.#delivery = this.#handler.startFragment(fragment)
    this.#fragment = fragment
    this.#remaining = fragment.length
    if (fragment.length === 0) this.#end()
  }

  /** Passes over bytes that belong to nothing. */
  skip(length: number): void {
    this.#delivery = 'skip'
    this.#remaining = length
  }

  /** Takes bytes of the value. Returns how many. */
  read(bytes: Buffer, at: number): number {
    const length = Math.min(this.#remaining, bytes.length - at)
    if (this.#delivery !== 'skip') {
      const piece = bytes.subarray(at, at + length)
      if (this.#delivery === 'whole') this.#held.add(piece)
      else this.#handler.chunk(piece)
    }
    this.#remaining -= length
    if (this.#remaining === 0) this.#end()
    return length
  }

  #end(): void {
    const element = this.#element
    const fragment = this.#fragment
    this.#element = undefined
    this.#fragment = undefined
    if (fragment !== undefined) {
      this.#handler.endFragment(fragment)
    } else if (element !== undefined && this.#delivery === 'whole') {
      this.#handler.value(element, this.#held.view())
      this.#held.clear()
    } else if (element !== undefined) {
      this.#handler.endValue(element)
    }
  }
}
