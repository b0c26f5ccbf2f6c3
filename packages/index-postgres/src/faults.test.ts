import { afterAll, describe, expect, it, jest } from '@jest/globals'
import { recordOf } from '@sansfilm/adapter-contracts'
import type { InstanceIndex, Query } from '@sansfilm/core/adapters'
import { transferSyntaxes } from '@sansfilm/dicom'
import { postgresIndex } from './postgres-index.ts'
import { startPostgresProxy } from './testing/postgres-proxy.ts'
import { startTestServer, type TestServer } from './testing/test-database.ts'

jest.setTimeout(120_000)

/** What a method gives, iterated to its end. */
type Method = readonly [name: string, run: (index: InstanceIndex) => Promise<unknown>]

const scope = { partition: 'default', study: recordOf().study } as const
const one = { ...scope, series: recordOf().series, instance: recordOf({ instance: 1 }).instance }
const query: Query = { partition: 'default', level: 'instance', conditions: [], offset: 0 }
const deflated = recordOf({ instance: 5, transferSyntax: transferSyntaxes.DeflatedExplicitVRLittleEndian.uid })
const { attributes, bulkData, pixelData, frameBlocks } = recordOf({ instance: 5, frames: 2 })
const inflated = { key: 'default/inflated', length: 7, digest: deflated.digest }
const extra = { study: [], series: [], instance: [] }

const reads: readonly Method[] = [
  ['search', async (index) => collect((await index.search(query)).matches)],
  ['count', (index) => index.count(query, 100)],
  ['state', (index) => index.state(scope)],
  ['instances', (index) => collect(index.instances(scope))],
  ['metadata', (index) => collect(index.metadata(scope))],
  ['bulkData', (index) => index.bulkData(one)],
  ['frames', (index) => index.frames(one, [0])],
  ['references', (index) => index.references([recordOf({ instance: 1 }).location.key, 'default/none'])],
  ['all', (index) => collect(index.all())],
  ['find', (index) => index.find('default', [one.instance, '2.25.404'])],
  ['record', (index) => index.record(one)],
  ['fact', (index) => index.fact('a')],
  ['statistics', (index) => index.statistics('default')],
  ['extraAttributes', (index) => index.extraAttributes()],
  ['notInflated', (index) => collect(index.notInflated())],
]

/** `add` and `remove` answer the same where their first run was committed, and nobody heard of it. */
const changes: readonly Method[] = [
  ['add', (index) => index.add(recordOf({ instance: 9 }), 'refuse')],
  ['add to a new study', (index) => index.add(recordOf({ study: 2 }), 'refuse')],
  ['add in place of another', (index) => index.add(recordOf({ instance: 1, version: 2 }), 'replace')],
  ['add what conflicts', (index) => index.add(recordOf({ instance: 1, version: 2 }), 'refuse')],
  ['add what is there', (index) => index.add(recordOf({ instance: 1 }), 'refuse')],
  ['remove', (index) => index.remove(one)],
  ['setAttributes', (index) => index.setAttributes(deflated, attributes)],
  ['setInflated', (index) => index.setInflated(deflated, { inflated, bulkData, pixelData, frameBlocks })],
  ['setFact', (index) => index.setFact('a', 'text', 'keep')],
  ['setExtraAttributes', (index) => index.setExtraAttributes(extra)],
]

const server = await startTestServer()
if (typeof server === 'string') it.skip(`the faults of a database [skipped: ${server}]`, () => {})
else {
  afterAll(() => server.stop())
  casesOn(server)
}

function casesOn(server: TestServer): void {
  const filled = async (): Promise<string> => {
    const url = await server.newArchive()
    const index = await postgresIndex({ url })
    for (const instance of [1, 2, 3]) await index.add(recordOf({ instance, frames: 2 }), 'refuse')
    await index.add(deflated, 'refuse')
    await index.close()
    return url
  }

  describe.each(['unseen', 'unanswered'] as const)('a connection that is lost at every step, %s', (when) => {
    it.each(reads)('%s is answered all the same', async (_, run) => {
      const proxy = await startPostgresProxy(await filled())
      const index = await postgresIndex({ url: proxy.url, connections: 1 })
      const expected = await run(index)
      let step = 1
      for (; ; step++) {
        proxy.loseAt(step, when)
        expect(await run(index)).toEqual(expected)
        if (!proxy.hasLost) break
      }
      expect(step).toBeGreaterThan(1) // else nothing was lost
      await index.close()
      await proxy.close()
    })

    it.each(changes)('%s is done once and told', async (_, run) => {
      const undisturbed = await filled()
      const calm = await postgresIndex({ url: undisturbed })
      const [expected, state] = [await run(calm), await contentsOf(calm)]
      await calm.close()
      let step = 1
      for (; ; step++) {
        const proxy = await startPostgresProxy(await filled())
        const index = await postgresIndex({ url: proxy.url, connections: 1 })
        proxy.loseAt(step, when)
        expect(await run(index)).toEqual(expected)
        const { hasLost } = proxy
        proxy.loseAt(0, when)
        expect(await contentsOf(index)).toEqual(state)
        await index.close()
        await proxy.close()
        if (!hasLost) break
      }
      expect(step).toBeGreaterThan(1) // else nothing was lost
    })
  })
}

/** All that can be seen of an index, but for revisions, which change with every attempt. */
async function contentsOf(index: InstanceIndex): Promise<unknown> {
  return {
    matches: (await collect((await index.search(query)).matches)).map((match) => ({ ...match, revision: undefined })),
    instances: (await collect(index.all())).map((stored) => ({ ...stored, cursor: undefined })),
    statistics: await index.statistics('default'),
    fact: await index.fact('a'),
    extra: await index.extraAttributes(),
    bytes: (await index.state(scope))?.bytes,
  }
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = []
  for await (const item of items) collected.push(item)
  return collected
}
