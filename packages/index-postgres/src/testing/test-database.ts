import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createPostgresServer } from './postgres-server.ts'

/** A PostgreSQL server for tests. */
export interface TestServer {
  readonly url: string
  /** The URL of a new schema of its own, which has nothing in it. */
  newArchive(): Promise<string>
  stop(): Promise<void>
}

/**
 * The server that SANSFILM_TEST_POSTGRES_URL names, or one that is started for the tests and removed afterwards; a sentence
 * where there is neither.
 */
export async function startTestServer(): Promise<TestServer | string> {
  const given = process.env.SANSFILM_TEST_POSTGRES_URL
  if (given !== undefined && given !== '') return serverAt(given, async () => {})
  const directory = await mkdtemp(join(tmpdir(), 'sansfilm-postgres-'))
  try {
    const { url, start, stop } = await createPostgresServer(directory)
    await start()
    return await serverAt(url, async () => {
      await stop()
      await rm(directory, { recursive: true, force: true })
    })
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    return `PostgreSQL does not start here: ${error}`
  }
}

async function serverAt(url: string, stop: () => Promise<void>): Promise<TestServer> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  // Two that begin at once would both find it missing.
  await client.query(`BEGIN; SELECT pg_advisory_xact_lock(1); CREATE EXTENSION IF NOT EXISTS pg_trgm; COMMIT`)
  const made: string[] = []
  return {
    url,
    async newArchive() {
      const name = `sansfilm_test_${process.pid}_${Date.now()}_${made.length}`
      await client.query(`CREATE SCHEMA ${name}`)
      made.push(name)
      const archive = new URL(url.replace('@/', '@localhost/'))
      archive.searchParams.set('options', `-c search_path=${name},public`)
      return archive.href
    },
    async stop() {
      for (const name of made) await client.query(`DROP SCHEMA ${name} CASCADE`)
      await client.end()
      await stop()
    },
  }
}
