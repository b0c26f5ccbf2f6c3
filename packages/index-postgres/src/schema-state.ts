import type { SchemaState } from '@sansfilm/core/adapters'
import { openPool } from './database.ts'
import { readVersion } from './migrate.ts'
import type { PostgresIndexOptions } from './options.ts'
import { migrations } from './schema.ts'

/**
 * How far the schema of the database has come. Nothing is changed.
 * @throws AdapterError `unavailable` where the database cannot be reached
 */
export async function postgresSchema(options: PostgresIndexOptions): Promise<SchemaState> {
  const database = openPool({ ...options, connections: 1 })
  try {
    const { version } = await database.read(readVersion)
    return { taken: version, known: migrations.length }
  } finally {
    await database.close()
  }
}
