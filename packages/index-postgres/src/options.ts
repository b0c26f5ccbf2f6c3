/** Which database, and how much of it. */
export interface PostgresIndexOptions {
  /** As libpq has it: `postgres://user:password@host:5432/database?sslmode=verify-full`. Its encoding is UTF8. */
  readonly url: string
  /** Most connections of this process; 10 by default. Work beyond them waits its turn. */
  readonly connections?: number
  /** Milliseconds that one statement may take; 30,000 by default. Beyond them it fails as `unavailable`. */
  readonly statementTimeoutMs?: number
}
