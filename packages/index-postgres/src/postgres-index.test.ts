import { afterAll, jest, test } from '@jest/globals'
import { instanceIndexContract } from '@sansfilm/adapter-contracts'
import { describeContract } from '@sansfilm/adapter-contracts/jest'
import { postgresIndex } from './postgres-index.ts'
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
}
