import type Database from 'better-sqlite3'

/** Results kept: small ones, but for those with a block of a frame table, of 16 KB. */
const maxKept = 1024

/**
 * Keeps the results of look-ups for as long as nothing in the database changes, whoever changes it. To ask whether something
 * has costs 2 µs, to look an instance up 35: a quarter of what a small frame took.
 */
export class LookUps {
  /** Differs when another connection, of this process or another, has committed meanwhile (SQLite: PRAGMA data_version). */
  readonly #dataVersion: Database.Statement<[], number>
  #seenVersion: number | undefined
  readonly #kept = new Map<string, unknown>()

  constructor(database: Database.Database) {
    this.#dataVersion = database.prepare<[], number>('PRAGMA data_version').pluck()
  }

  /** The result of a look-up under a key that names it, kept or made; that there is nothing is not kept. */
  get<Result>(key: readonly unknown[], lookUp: () => Result): Result {
    const version = this.#dataVersion.get()
    if (version !== this.#seenVersion) {
      this.#kept.clear()
      this.#seenVersion = version
    }
    const name = JSON.stringify(key)
    const kept = this.#kept.get(name)
    if (kept !== undefined) return kept as Result // under this key
    const result = lookUp()
    if (result === undefined) return result
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size < maxKept) break
      this.#kept.delete(oldest)
    }
    this.#kept.set(name, result)
    return result
  }

  /** To be called after every commit of this connection. */
  forget(): void {
    this.#kept.clear()
  }
}
