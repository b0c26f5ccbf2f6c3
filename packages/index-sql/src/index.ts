export { compileCandidates, compileQuery, keyCandidates } from './compile-query.ts'
export { afterPrefix, prefixOf } from './compile-value.ts'
export { aliases, type Dialect, type KeyLevel, type KeyPlace } from './dialect.ts'
export { type RecordRow, recordColumns, recordOfRow } from './record-row.ts'
export { type StateRow, stateOf, stateQuery } from './resource-state.ts'
export { countMatches, startSearch } from './search.ts'
export type { MetadataRow, ReadRows, SearchSource } from './search-source.ts'
export type { Parameter, Sql } from './sql.ts'
export {
  bytesOf,
  instanceWithAbove,
  type StoredRow,
  storedColumns,
  storedInstanceOf,
  withinScope,
} from './stored-rows.ts'
export type { Start } from './tables.ts'
export { toBeInflated } from './to-be-inflated.ts'
