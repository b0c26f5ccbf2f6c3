import type { ClientBase, QueryConfig, QueryResultRow } from 'pg'

/** What can be bound to a `?`. */
export type Parameter = string | number | null | Uint8Array | readonly string[] | readonly number[]

/**
 * Statements on one connection, with `?` for what is bound. They go out as they are asked for and run in that order, so
 * those that do not need each other's results share a round trip.
 */
export interface Statements {
  /** Prepared once on each connection: for texts that are few. */
  all<Row>(sql: string, ...parameters: readonly Parameter[]): Promise<readonly Row[]>
  get<Row>(sql: string, ...parameters: readonly Parameter[]): Promise<Row | undefined>
  /** Planned for these very parameters: for searches, where one plan does not fit all. */
  planned<Row>(sql: string, ...parameters: readonly Parameter[]): Promise<readonly Row[]>
  /** Several statements in one text, without parameters, however long they take. */
  script(sql: string): Promise<void>
  /** For a statement of a transaction whose result nobody needs: where it fails, the transaction does. */
  send(sql: string, ...parameters: readonly Parameter[]): void
}

/** @param sent is told what `send` sends: its rejections are the caller's */
export function statementsOn(client: ClientBase, sent: (statement: Promise<unknown>) => void): Statements {
  const all = async <Row>(sql: string, ...parameters: readonly Parameter[]): Promise<readonly Row[]> => {
    const { rows } = await client.query<QueryResultRow>({ ...preparedOf(sql), values: valuesOf(parameters) })
    return rows as Row[] // the caller knows its columns
  }
  return {
    all,
    get: async <Row>(sql: string, ...parameters: readonly Parameter[]) => (await all<Row>(sql, ...parameters))[0],
    async planned<Row>(sql: string, ...parameters: readonly Parameter[]) {
      const { rows } = await client.query<QueryResultRow>({ text: numbered(sql), values: valuesOf(parameters) })
      return rows as Row[] // likewise
    },
    async script(sql) {
      await client.query({ text: sql, query_timeout: longestTimeoutMs } as QueryConfig) // the types do not know it
    },
    send(sql, ...parameters) {
      sent(all(sql, ...parameters))
    },
  }
}

/** The driver takes 0 for the default; a timer takes no more than this. */
const longestTimeoutMs = 2 ** 31 - 1

const prepared = new Map<string, { readonly name: string; readonly text: string }>()

function preparedOf(sql: string): { readonly name: string; readonly text: string } {
  const known = prepared.get(sql)
  if (known !== undefined) return known
  const statement = { name: `s${prepared.size}`, text: numbered(sql) }
  prepared.set(sql, statement)
  return statement
}

/** No text of ours has a question mark but for parameters. */
function numbered(sql: string): string {
  let number = 0
  return sql.replace(/\?/g, () => `$${++number}`)
}

/** The driver takes bytes as a Buffer only. */
function valuesOf(parameters: readonly Parameter[]): unknown[] {
  return parameters.map((value) =>
    value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value,
  )
}
