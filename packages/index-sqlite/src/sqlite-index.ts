import { AdapterError, type ArchiveStatistics, type ExtraAttributes, type InstanceIndex } from '@sansfilm/core/adapters'
import { countMatches, startSearch, storedInstanceOf } from '@sansfilm/index-sql'
import type { Database } from 'better-sqlite3'
import { Checkpoints } from './checkpoints.ts'
import { readFact, writeFact } from './facts.ts'
import { findInstances } from './find.ts'
import { groupCommit } from './group-commit.ts'
import { readRecord } from './kept-record.ts'
import { LookUps } from './look-ups.ts'
import { openDatabase, type SqliteIndexOptions } from './open-database.ts'
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
} from './read.ts'
import { searchSource } from './search-source.ts'
import { guarded } from './sqlite-error.ts'
import { statementsOf } from './statements.ts'
import { addRecord, relocate, removeScope, setAttributes, setInflated } from './write.ts'
import { WriteAheadLog } from './write-ahead-log.ts'

/**
 * An index in one SQLite file. What was acknowledged is on the disk; concurrent changes share commits.
 * @example const index = sqliteIndex({ file: './data/index.db' })
 * @throws AdapterError `unavailable` where the file cannot be opened
 */
export function sqliteIndex(options: SqliteIndexOptions): InstanceIndex {
  const database = guarded(() => openDatabase(options))
  const db = statementsOf(database)
  const source = searchSource(db)
  const lookUps = guarded(() => new LookUps(database))
  const log = openLog(database, options.file)
  const checkpoints = guarded(() => new Checkpoints(options.file, database))
  const { commit, settle } = groupCommit(
    database,
    log,
    () => lookUps.forget(),
    () => checkpoints.runWhereDue(),
  )
  return {
    add: (record, onConflict) => commit(() => addRecord(db, record, onConflict)),

    search: async (query) => ({ matches: await startSearch(source, query) }),

    count: (query, atMost) => countMatches(source, query, atMost),

    async state(scope) {
      const { partition, study, series, instance } = scope
      const key = ['state', partition, study, series, instance]
      return guarded(() => lookUps.get(key, () => readState(db, scope)))
    },

    async *instances(scope) {
      for await (const row of iterateScope(db, scope)) yield storedInstanceOf(row)
    },

    async *metadata(scope) {
      for await (const row of iterateMetadata(db, scope)) {
        yield { stored: storedInstanceOf(row), metadata: row.metadata }
      }
    },

    bulkData: async (scope, path) => guarded(() => readBulkData(db, scope, path)),

    async frames(scope, blocks) {
      const look = () => readFrames(db, scope, blocks)
      if (blocks.length > 1) return guarded(look)
      const { partition, study, series, instance } = scope
      return guarded(() => lookUps.get(['frames', partition, study, series, instance, blocks[0]], look))
    },

    remove: (scope) => commit(() => removeScope(db, scope)),

    references: async (keys) => guarded(() => readReferences(db, keys)),

    instancesIn: async (keys) => guarded(() => readInstancesIn(db, keys)),

    relocate: (stored, location) => commit(() => relocate(db, stored, location)),

    all: (partition, after) => iterateAll(db, partition, after),

    find: async (partition, instances) => guarded(() => findInstances(db, partition, instances)),

    record: async (scope) => guarded(() => database.transaction(() => readRecord(db, scope))()),

    fact: async (name) => guarded(() => readFact(db, name)),

    setFact: (name, text, onConflict) => commit(() => writeFact(db, name, text, onConflict)),

    async statistics(partition) {
      const sql = 'SELECT studies, series, instances, bytes FROM totals WHERE partition = ?'
      const totals = guarded(() => db.get<ArchiveStatistics>(sql, partition))
      return { studies: 0, series: 0, instances: 0, bytes: 0, ...totals }
    },

    async extraAttributes() {
      const sql = `SELECT value FROM archive WHERE name = 'extra attributes'`
      const row = guarded(() => db.get<{ readonly value: string }>(sql))
      return row === undefined ? undefined : (JSON.parse(row.value) as ExtraAttributes) // as set below
    },

    setAttributes: (stored, attributes) => commit(() => setAttributes(db, stored, attributes)),

    notInflated: () => iterateToBeInflated(db),

    setInflated: (stored, inflated) => commit(() => setInflated(db, stored, inflated)),

    async setExtraAttributes(extra) {
      const sql = `INSERT INTO archive (name, value) VALUES ('extra attributes', ?)
                   ON CONFLICT DO UPDATE SET value = excluded.value`
      await commit(() => db.run(sql, JSON.stringify(extra)))
    },

    async check() {
      guarded(() => db.get('SELECT count(*) FROM totals'))
    },

    async close() {
      await settle()
      await checkpoints.close()
      log.close()
      database.close()
    },
  }
}

function openLog(database: Database, file: string): WriteAheadLog {
  try {
    return new WriteAheadLog(file)
  } catch (error) {
    database.close()
    throw new AdapterError('unavailable', 'The log of the index cannot be opened', { cause: error })
  }
}
