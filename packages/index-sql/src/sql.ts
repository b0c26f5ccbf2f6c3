/** What can be bound to a `?`; lists only where the dialect binds them. */
export type Parameter = string | number | null | Uint8Array | readonly string[] | readonly number[]

/** A piece of SQL with what is bound to its question marks, in order. Nothing from a request is ever in the text. */
export interface Sql {
  readonly sql: string
  readonly parameters: readonly Parameter[]
}

/** A condition in SQL. */
export interface Predicate extends Sql {
  /** Whether it holds for exactly what it stands for; if not, for that and more. */
  readonly exact: boolean
}

export const always: Predicate = { sql: 'true', parameters: [], exact: true }

export function allOf(terms: readonly Predicate[]): Predicate {
  return terms.length === 0 ? always : joined(terms, ' AND ')
}

export function anyOf(terms: readonly Predicate[]): Predicate {
  return terms.length === 0 ? { ...always, sql: 'false' } : joined(terms, ' OR ')
}

function joined(terms: readonly Predicate[], by: ' AND ' | ' OR '): Predicate {
  return {
    sql: terms.map(({ sql }) => `(${sql})`).join(by),
    parameters: terms.flatMap(({ parameters }) => parameters),
    exact: terms.every(({ exact }) => exact),
  }
}
