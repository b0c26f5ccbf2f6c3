import type { SearchSource, Sql } from '@sansfilm/index-sql'
import { dialect } from './dialect.ts'
import { nextTurn } from './group-commit.ts'
import { readMetadata } from './read.ts'
import { guarded } from './sqlite-error.ts'
import type { Parameter, Statements } from './statements.ts'

/** No statement stays open between pages, since that would hold up every write. */
export function searchSource(db: Statements): SearchSource {
  const rows = async <Row>({ sql, parameters }: Sql) =>
    guarded(() => db.all<Row>(sql, ...(parameters as readonly Parameter[]))) // the dialect binds lists as JSON
  return {
    dialect,
    read: (work) => work(rows),
    pause: nextTurn,
    async *metadataOf(found) {
      for (const row of found) {
        const metadata = guarded(() => readMetadata(db, row.id))
        if (metadata !== undefined) yield [row, metadata]
      }
    },
  }
}
