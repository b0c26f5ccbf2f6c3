import Database from 'better-sqlite3'
import pg from 'pg'
import { isElsewhere } from './index-place.ts'

/** A table or index of a database. */
export interface TableSize {
  readonly table: string
  /** Rows, or entries; of PostgreSQL what its planner thinks there are. */
  readonly rows: number
  readonly bytes: number
}

/** The tables and indexes of an index, the largest first. */
export async function tableSizes(place: string): Promise<readonly TableSize[]> {
  return isElsewhere(place) ? sizesInPostgres(place) : sizesInSqlite(place)
}

function sizesInSqlite(file: string): readonly TableSize[] {
  const db = new Database(file, { readonly: true })
  const bytes = db.prepare('SELECT name AS "table", sum(pgsize) AS bytes FROM dbstat GROUP BY name ORDER BY 2 DESC')
  const tables = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'study_text%'`)
  const counted = new Set((tables.all() as { name: string }[]).map(({ name }) => name)) // as selected
  const sizes = (bytes.all() as Omit<TableSize, 'rows'>[]).map((size) => ({ ...size, rows: rowsOf(db, counted, size) }))
  db.close()
  return sizes
}

function rowsOf(db: Database.Database, counted: ReadonlySet<string>, { table }: Omit<TableSize, 'rows'>): number {
  if (!counted.has(table)) return 0
  return (db.prepare(`SELECT count(*) AS rows FROM ${table}`).get() as { rows: number }).rows // as selected
}

async function sizesInPostgres(url: string): Promise<readonly TableSize[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<{ name: string; rows: string; bytes: string }>(
    `SELECT coalesce(o.relname || ' (beside)', c.relname) AS name, greatest(c.reltuples, 0)::bigint AS rows,
       pg_relation_size(c.oid) AS bytes
     FROM pg_class c LEFT JOIN pg_class o ON o.reltoastrelid = c.oid
     WHERE c.relkind IN ('r', 'i', 't') AND (c.relnamespace = current_schema()::regnamespace OR o.relnamespace = current_schema()::regnamespace)
     ORDER BY 3 DESC`,
  )
  await client.end()
  return rows.map(({ name, rows, bytes }) => ({ table: name, rows: Number(rows), bytes: Number(bytes) }))
}
