import { existsSync } from 'node:fs'
import type { SchemaState } from '@sansfilm/core/adapters'
import Database from 'better-sqlite3'
import type { SqliteIndexOptions } from './open-database.ts'
import { migrations } from './schema.ts'
import { guarded } from './sqlite-error.ts'

/**
 * How far the schema of the file has come. Nothing is changed.
 * @throws AdapterError `unavailable` where it cannot be read
 */
export function sqliteSchema({ file }: SqliteIndexOptions): SchemaState {
  const known = migrations.length
  if (!existsSync(file)) return { taken: 0, known }
  return guarded(() => {
    const db = new Database(file)
    try {
      return { taken: Number(db.pragma('user_version', { simple: true })), known }
    } finally {
      db.close()
    }
  })
}
