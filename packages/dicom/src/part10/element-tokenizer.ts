import { BoundedInflate } from './bounded-inflate.ts'
import { DataSetTokenizer } from './data-set-tokenizer.ts'
import type { ElementHandler } from './element-events.ts'
import { FileMetaReader } from './file-meta-reader.ts'
import type { Part10Limits } from './parsed-instance.ts'

/** Splits a Part 10 object into elements as its bytes pass by. Feed every chunk in order, then call `end`. */
export interface ElementTokenizer {
  /**
   * Returns a promise only for a deflated data set: wait for it before the next call.
   * @throws Part10Error, or what the handler throws; the tokenizer is spent then
   */
  write(chunk: Uint8Array): void | Promise<void>
  /** @throws Part10Error `truncated` where the object is not complete */
  end(): Promise<void>
  /** Releases what is held; for callers that give up half-way. */
  destroy(): void
}

/** What a tokenizer must be told of the limits. */
export type TokenizerLimits = Pick<Part10Limits, 'maxDepth' | 'maxInflatedBytes'>

/**
 * Reads file meta information and the data set in any transfer syntax, handing every element to `handler` in order.
 * @see PS3.10 §7, PS3.5 §7 and Annex A
 */
export function createElementTokenizer(handler: ElementHandler, limits: TokenizerLimits): ElementTokenizer {
  const meta = new FileMetaReader(handler)
  let dataSet: DataSetTokenizer | undefined
  let inflate: BoundedInflate | undefined

  const writeDataSet = (bytes: Uint8Array) => (inflate === undefined ? dataSet?.write(bytes) : inflate.write(bytes))

  return {
    write(chunk) {
      if (dataSet !== undefined) return writeDataSet(chunk)
      const end = meta.write(chunk)
      if (end === undefined) return
      const { transferSyntax, rest, offset } = end
      handler.startDataSet(transferSyntax)
      const tokenizer = new DataSetTokenizer(
        handler,
        transferSyntax,
        transferSyntax.deflated ? 0 : offset,
        limits.maxDepth,
      )
      dataSet = tokenizer
      if (transferSyntax.deflated) {
        inflate = new BoundedInflate(limits.maxInflatedBytes, (bytes) => tokenizer.write(bytes))
      }
      return writeDataSet(rest)
    },
    async end() {
      if (dataSet === undefined) return meta.end()
      await inflate?.end()
      dataSet.end()
    },
    destroy() {
      inflate?.destroy()
    },
  }
}
