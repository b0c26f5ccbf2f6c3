import { createPostgresServer } from '@sansfilm/index-postgres/testing'
import type { Part } from './part.ts'

/** The database of the index: PostgreSQL. */
export interface DatabasePart extends Part {
  /** With the password: for `--index`. */
  readonly index: string
}

/** @param folder new, and short: a socket lies in it */
export async function databasePart(folder: string): Promise<DatabasePart> {
  const { url, start, stop, kill } = await createPostgresServer(folder)
  return { name: 'PostgreSQL', address: url, index: url, start, stop, kill }
}
