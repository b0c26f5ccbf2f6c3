export type { SqliteIndexOptions } from './open-database.ts'
export { sqliteSchema } from './schema-state.ts'
export { sqliteIndex } from './sqlite-index.ts'
