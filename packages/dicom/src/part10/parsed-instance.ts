import type { Dataset } from '../dataset.ts'
import type { BulkDataRange, PixelDataLayout } from '../pixel-data/pixel-data-layout.ts'
import type { TagPath } from '../tag.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'

/** What one pass over a Part 10 object yields. */
export interface ParsedInstance {
  /** Group 0002 (PS3.10 §7.1). */
  readonly fileMetaInformation: Dataset
  readonly transferSyntax: TransferSyntax
  /**
   * The data set. Values too large to carry have `BulkDataURI` set to their path (`7FE00010`), and a range of that path
   * in `bulkData`; whoever serves the model puts the resource in front.
   */
  readonly dataset: Dataset
  readonly bulkData: readonly BulkDataRange[]
  readonly pixelData: PixelDataLayout | undefined
  /** The spans of encapsulated frames, packed by `encodeFrameTable`; empty where native. */
  readonly frameBlocks: readonly Uint8Array[]
  /** Bytes of the data set that could be read but break a rule: the object is stored as it came. */
  readonly warnings: readonly Part10Warning[]
}

/** A value that breaks a rule of PS3.5, kept as it came. */
export interface Part10Warning {
  readonly path: TagPath
  readonly problem: string
}

/** Bounds on what a reader keeps in memory for one instance. */
export interface Part10Limits {
  /** Bytes of all values outside bulk data, with some for each element, item and fragment. Default 64 MiB. */
  readonly maxMetadataBytes: number
  /** Sequences within sequences. Default 128. */
  readonly maxDepth: number
  /** Bytes that a deflated data set may inflate to. Default 128 MiB. */
  readonly maxInflatedBytes: number
  /** Binary values longer than this become bulk data. Default 1,024 bytes. */
  readonly maxInlineBytes: number
}

/** Why bytes are not an instance that can be stored. */
export type Part10Problem =
  | 'not-part10' // no preamble and prefix, or no file meta information
  | 'truncated' // ends inside a value, a sequence, or before the data set
  | 'malformed' // lengths or structure contradict each other
  | 'unsupported-transfer-syntax' // not in PS3.5
  | 'too-large' // beyond one of the limits

/** The bytes are not a Part 10 object that can be read. The message carries positions and tags, never values. */
export class Part10Error extends Error {
  readonly problem: Part10Problem

  constructor(problem: Part10Problem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'Part10Error'
    this.problem = problem
  }
}

/**
 * Reads a Part 10 object as its bytes pass by, keeping only what the model needs.
 * Feed every chunk in order, then call `end`. After a throw the parser is spent.
 */
export interface Part10Parser {
  /** @throws Part10Error as soon as the bytes cannot be an instance. Returns a promise only where it must wait (inflating). */
  write(chunk: Uint8Array): void | Promise<void>
  /** @throws Part10Error `truncated` where the object is not complete. */
  end(): Promise<ParsedInstance>
  /** Releases what the parser holds; for callers that give up half-way. */
  destroy(): void
}
