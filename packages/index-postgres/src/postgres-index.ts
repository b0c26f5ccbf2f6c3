import { AdapterError, type ExtraAttributes, type InstanceIndex } from '@sansfilm/core/adapters'
import { countMatches, startSearch } from '@sansfilm/index-sql'
import { openPool } from './database.ts'
import { readFact, writeFact } from './facts.ts'
import { findInstances } from './find.ts'
import { readRecord } from './kept-record.ts'
import { prepareDatabase } from './migrate.ts'
import type { PostgresIndexOptions } from './options.ts'
import {
  iterateAll,
  iterateMetadata,
  iterateScope,
  iterateToBeInflated,
  readBulkData,
  readFrames,
  readInstancesIn,
  readReferences,
  readState,
  readStatistics,
} from './read.ts'
import { searchSource } from './search-source.ts'
import { addRecord, relocate, removeScope, setAttributes, setInflated } from './write.ts'

/**
 * An index in PostgreSQL 15 or later, for any number of processes. What was acknowledged is on the disk of the database.
 * @example const index = await postgresIndex({ url: 'postgres://sansfilm@db.example/sansfilm' })
 * @throws AdapterError `unavailable` where the database cannot be reached or used
 */
export async function postgresIndex(options: PostgresIndexOptions): Promise<InstanceIndex> {
  const database = openPool(options)
  try {
    await prepareDatabase(database)
  } catch (error) {
    await database.close()
    throw error
  }
  const source = searchSource(database)
  return {
    add: (record, onConflict) => database.change((db, unsure) => addRecord(db, record, onConflict, unsure)),

    search: async (query) => ({ matches: await startSearch(source, query) }),

    count: (query, atMost) => countMatches(source, query, atMost),

    state: (scope) => database.read((db) => readState(db, scope)),

    instances: (scope) => iterateScope(database, scope),

    metadata: (scope) => iterateMetadata(database, scope),

    bulkData: (scope, path) => database.read((db) => readBulkData(db, scope, path)),

    frames: (scope, blocks) => database.read((db) => readFrames(db, scope, blocks)),

    remove: (scope) => database.change((db, unsure) => removeScope(db, scope, unsure)),

    references: (keys) => database.read((db) => readReferences(db, keys)),

    instancesIn: (keys) => database.read((db) => readInstancesIn(db, keys)),

    relocate: (stored, location) => database.change((db) => relocate(db, stored, location)),

    all: (partition, after) => iterateAll(database, partition, after),

    find: (partition, instances) => database.read((db) => findInstances(db, partition, instances)),

    record: (scope) => database.read((db) => readRecord(db, scope)),

    fact: (name) => database.read((db) => readFact(db, name)),

    setFact: (name, text, onConflict) => database.change((db) => writeFact(db, name, text, onConflict)),

    statistics: (partition) => database.read((db) => readStatistics(db, partition)),

    async extraAttributes() {
      const sql = `SELECT value FROM archive WHERE name = 'extra attributes'`
      const row = await database.read((db) => db.get<{ readonly value: string }>(sql))
      return row === undefined ? undefined : (JSON.parse(row.value) as ExtraAttributes) // as set below
    },

    setAttributes: (stored, attributes) => database.change((db) => setAttributes(db, stored, attributes)),

    notInflated: () => iterateToBeInflated(database),

    setInflated: (stored, inflated) => database.change((db) => setInflated(db, stored, inflated)),

    async setExtraAttributes(extra) {
      const sql = `INSERT INTO archive (name, value) VALUES ('extra attributes', ?)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value`
      await database.change(async (db) => db.send(sql, JSON.stringify(extra)))
    },

    async check() {
      const sql = 'SELECT pg_is_in_recovery() AS standby FROM schema_version LIMIT 1'
      const row = await database.readOnce((db) => db.get<{ readonly standby: boolean }>(sql))
      if (row?.standby !== false)
        throw new AdapterError('unavailable', 'The database takes no changes: it is a standby')
    },

    close: () => database.close(),
  }
}
