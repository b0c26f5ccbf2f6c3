import type { Dialect } from './dialect.ts'
import type { Sql } from './sql.ts'

/** A database as searches see it. Every failure that leaves it is an `AdapterError`, or a bug. */
export interface SearchSource {
  readonly dialect: Dialect
  /** Runs statements that share a connection; those that do not wait for each other may share a round trip. */
  read<Result>(work: (rows: ReadRows) => Promise<Result>): Promise<Result>
  /** Lets others in between two pages; nothing is held meanwhile. */
  pause(): Promise<void>
  /** What `metadataOf` wants to know of rows, as columns. */
  readonly metadataColumns?: string
  /** The prepared metadata of rows, in their order, but for those that went meanwhile. */
  metadataOf<Row extends MetadataRow>(rows: readonly Row[]): AsyncIterable<readonly [row: Row, metadata: Uint8Array]>
}

/** Reads all rows of a statement; whoever asks knows its columns. */
export type ReadRows = <Row>(sql: Sql) => Promise<readonly Row[]>

/** An instance as `metadataOf` has it. */
export interface MetadataRow {
  readonly id: number
  /** Bytes, where `metadataColumns` tells them; otherwise 0. */
  readonly metadata_length: number
}
