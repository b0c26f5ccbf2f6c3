import { readFileSync } from 'node:fs'
import { afterAll, jest, test } from '@jest/globals'
import { instanceIndexContract } from '@sansfilm/adapter-contracts'
import { describeContract } from '@sansfilm/adapter-contracts/jest'
import pg from 'pg'
import { postgresIndex } from './postgres-index.ts'
import { startTestServer } from './testing/test-database.ts'

jest.setTimeout(60_000)

/** The plan for large archives, as it is written down. */
const note = readFileSync(new URL('../../../docs/decisions/index-in-postgresql.md', import.meta.url), 'utf8')
const [, partitioning = ''] = /```sql\n(.*?)```/s.exec(note) ?? []

/** What reads or writes instances; what searches match lies in other tables. */
const cases = instanceIndexContract.filter(({ name }) =>
  /^(add |remove |frames |setInflated |state |references |all |limit, |matches carry |pages of instance )/.test(name),
)

const server = await startTestServer()
if (typeof server === 'string') test.skip(`the contract of a partitioned index [skipped: ${server}]`, () => {})
else {
  afterAll(() => server.stop())
  describeContract('postgresIndex with partitions', cases, async () => {
    const url = await server.newArchive()
    await (await postgresIndex({ url })).close()
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(partitioning)
    const { rows } = await client.query(`SELECT count(*)::int AS partitions FROM pg_inherits
      WHERE inhparent = 'instance'::regclass`)
    await client.end()
    if (rows[0].partitions !== 32) throw new Error(`there are ${rows[0].partitions} partitions`)
    return postgresIndex({ url })
  })
}
