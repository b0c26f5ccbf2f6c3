export type { SqliteIndexOptions } from './open-database.ts'
export { sqliteIndex } from './sqlite-index.ts'
