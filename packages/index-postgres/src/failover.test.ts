import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, jest, test } from '@jest/globals'
import { recordOf } from '@sansfilm/adapter-contracts'
import { AdapterError } from '@sansfilm/core/adapters'
import pg from 'pg'
import { postgresIndex } from './postgres-index.ts'
import { startPostgresProxy } from './testing/postgres-proxy.ts'
import { createPostgresServer, type PostgresServer } from './testing/postgres-server.ts'

jest.setTimeout(120_000)

const missing = process.platform === 'linux' ? undefined : 'the standby is copied as on Linux'

const testFailover = missing === undefined ? test : test.skip

testFailover(
  `a standby takes over from a primary that was killed under load, and has all that was acknowledged${missing ? ` [skipped: ${missing}]` : ''}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sansfilm-'))
    await chmod(folder, 0o711) // the servers run as somebody else
    const servers: PostgresServer[] = []
    try {
      const primary = await createPostgresServer(join(folder, 'a'))
      const standby = await primary.copyToStandby(join(folder, 'b'))
      servers.push(primary, standby)
      await primary.start()
      await standby.start()
      // Nothing is acknowledged that the standby does not have.
      await run(primary, `ALTER SYSTEM SET synchronous_standby_names = '*'`, 'SELECT pg_reload_conf()')
      await until(async () => {
        const [row] = await run(primary, 'SELECT sync_state FROM pg_stat_replication')
        return row?.sync_state === 'sync'
      })

      const proxy = await startPostgresProxy(primary.url)
      const index = await postgresIndex({ url: proxy.url, connections: 4 })
      const acknowledged: string[] = []
      let refusals = 0
      let isOver = false
      let number = 0
      const write = async () => {
        while (!isOver) {
          const record = recordOf({ series: 1 + (number % 3), instance: ++number })
          for (let done = false; !done; ) {
            try {
              await index.add(record, 'refuse')
              acknowledged.push(record.location.key)
              done = true
            } catch (error) {
              expect(error).toBeInstanceOf(AdapterError)
              expect(error).toMatchObject({ code: 'unavailable' })
              refusals++
            }
          }
        }
      }
      const writers = [write(), write(), write(), write()]
      await until(async () => acknowledged.length > 50)
      await primary.kill()
      await pause(500)
      const before = acknowledged.length
      await run(standby, 'SELECT pg_promote()')
      proxy.leadTo(standby.url)
      await until(async () => acknowledged.length > before + 50)
      isOver = true
      await Promise.all(writers)

      await index.check()
      expect((await index.references(acknowledged)).size).toBe(acknowledged.length)
      expect((await index.statistics('default')).instances).toBe(acknowledged.length)
      process.stderr.write(
        `failover: ${JSON.stringify({ acknowledged: acknowledged.length, afterwards: acknowledged.length - before, refusals })}\n`,
      )
      await index.close()
      await proxy.close()
    } finally {
      for (const server of servers) await server.kill()
      await rm(folder, { recursive: true, force: true })
    }
  },
)

async function run(
  { url }: PostgresServer,
  ...statements: readonly string[]
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let rows: Record<string, unknown>[] = []
    for (const statement of statements) rows = (await client.query(statement)).rows
    return rows
  } finally {
    await client.end()
  }
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await condition()); await pause(50)) {
    if (Date.now() > end) throw new Error('It did not come about')
  }
}
