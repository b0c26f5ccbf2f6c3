import type { Tag } from '../tag.ts'
import type { Encoding } from './header-bytes.ts'
import { Part10Error } from './parsed-instance.ts'

/** What is open around the current position. */
export interface Container {
  readonly kind: 'data-set' | 'sequence' | 'item' | 'fragments'
  /** Of the sequence or pixel data. */
  readonly tag: Tag
  readonly encoding: Encoding
  /** Ends at a delimiter rather than at `limit`. */
  readonly delimited: boolean
  /** Offset that nothing inside may pass. */
  readonly limit: number
}

/** Nesting, kept here rather than on the program's own stack: no depth of sequences can exhaust that. */
export class ContainerStack {
  readonly #outer: Container[] = []
  readonly #maxDepth: number
  #depth = 0
  /** The innermost. */
  top: Container

  constructor(encoding: Encoding, maxDepth: number) {
    this.#maxDepth = maxDepth
    this.top = { kind: 'data-set', tag: '', encoding, delimited: true, limit: Number.POSITIVE_INFINITY }
  }

  get isTopLevel(): boolean {
    return this.#outer.length === 0
  }

  /** @throws Part10Error `too-large` for sequences deeper than the limit */
  open(container: Container): void {
    if (container.kind === 'sequence' && ++this.#depth > this.#maxDepth) {
      throw new Part10Error('too-large', `Sequences are nested deeper than ${this.#maxDepth}`)
    }
    this.#outer.push(this.top)
    this.top = container
  }

  /** Closes the innermost. The data set itself is never closed. */
  close(): Container {
    const closed = this.top
    if (closed.kind === 'sequence') this.#depth--
    this.top = this.#outer.pop() ?? closed
    return closed
  }
}
