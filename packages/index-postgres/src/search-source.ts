import type { SearchSource, Sql } from '@sansfilm/index-sql'
import type { Database } from './database.ts'
import { dialect } from './dialect.ts'
import { metadataOf, withMetadataLength } from './read-metadata.ts'

/** Plans are made for the very values that are asked for: no connection is held between pages. */
export function searchSource(database: Database): SearchSource {
  return {
    dialect,
    read: (work) => database.read((db) => work(<Row>({ sql, parameters }: Sql) => db.planned<Row>(sql, ...parameters))),
    pause: async () => {},
    metadataColumns: withMetadataLength,
    metadataOf: (rows) => metadataOf(database, rows),
  }
}
