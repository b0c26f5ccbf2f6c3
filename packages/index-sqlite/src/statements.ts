import type Database from 'better-sqlite3'

/** What can be bound to a `?`. */
export type Parameter = string | number | null | Uint8Array

/** Prepared statements by their text, each prepared once. */
export interface Statements {
  all<Row>(sql: string, ...parameters: readonly Parameter[]): Row[]
  get<Row>(sql: string, ...parameters: readonly Parameter[]): Row | undefined
  /** Rows one by one: nothing else can be asked until the last, or until the iteration is left. */
  iterate<Row>(sql: string, ...parameters: readonly Parameter[]): Iterable<Row>
  run(sql: string, ...parameters: readonly Parameter[]): Database.RunResult
}

/** Queries have many shapes; the texts of all cannot be kept. */
const maxStatements = 500

export function statementsOf(db: Database.Database): Statements {
  const prepared = new Map<string, Database.Statement>()
  const prepare = (sql: string): Database.Statement => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    if (prepared.size >= maxStatements) prepared.clear()
    const statement = db.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
  return {
    // An array of this realm: where a program has several, as Jest does, the native part knows only the first.
    all: <Row>(sql: string, ...parameters: readonly Parameter[]) => [...prepare(sql).all(...parameters)] as Row[], // the caller knows its columns
    get: <Row>(sql: string, ...parameters: readonly Parameter[]) => prepare(sql).get(...parameters) as Row | undefined, // likewise
    iterate: <Row>(sql: string, ...parameters: readonly Parameter[]) =>
      prepare(sql).iterate(...parameters) as Iterable<Row>, // likewise
    run: (sql, ...parameters) => prepare(sql).run(...parameters),
  }
}
