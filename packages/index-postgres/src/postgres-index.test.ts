import { afterAll, jest, test } from '@jest/globals'
import { indexFaults, instanceIndexContract } from '@sansfilm/adapter-contracts'
import { describeContract, describeFaults } from '@sansfilm/adapter-contracts/jest'
import { postgresIndex } from './postgres-index.ts'
import { openFaultyDatabase } from './testing/faulty-database.ts'
import { startTestServer } from './testing/test-database.ts'

// Every change of these is on a disk when it returns, which may be a slow one.
jest.setTimeout(60_000)

const server = await startTestServer()
if (typeof server === 'string') test.skip(`the contract of postgresIndex [skipped: ${server}]`, () => {})
else {
  afterAll(() => server.stop())
  describeContract('postgresIndex', instanceIndexContract, async () =>
    postgresIndex({ url: await server.newArchive() }),
  )
  describeFaults('postgresIndex', indexFaults, async () => openFaultyDatabase(await server.newArchive()), {
    'busy store': 'a database that takes no more connections ends them, as one that is lost',
  })
}
