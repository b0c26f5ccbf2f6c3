import { capacityTables } from '../capacity/tables.ts'
import { conformanceTables } from './conformance-tables.ts'
import type { Tables } from './generated-tables.ts'
import { optionsTables } from './options-tables.ts'

/** A document with tables that the code decides. */
export interface GeneratedDocument {
  /** Relative to the repository. */
  readonly file: string
  readonly tables: Tables
}

export const generatedDocuments: readonly GeneratedDocument[] = [
  { file: 'docs/conformance-statement.md', tables: conformanceTables },
  { file: 'docs/reference/options.md', tables: optionsTables },
  { file: 'docs/capacity.md', tables: capacityTables },
]
