import assert from 'node:assert/strict'
import type { InstanceIndex, Query } from '@sansfilm/core/adapters'
import { tags } from '@sansfilm/dicom'
import type { Contract } from './contract.ts'
import { instanceUid, recordOf } from './instance-index-records.ts'
import { collect, matchesOf, scopeOf, storedOf } from './instance-index-store.ts'

const longAgo = new Date(Date.UTC(2010, 0, 1))
const dated = (date: string) => ({ [tags.StudyDate]: { vr: 'DA', Value: [date] } }) as const
const everything = (level: Query['level']): Query => ({ partition: 'default', level, conditions: [], offset: 0 })

/** What a copy of the index is made with, and what is kept beside the instances. */
export const copyCases: Contract<InstanceIndex> = [
  {
    name: 'record gives back what was added, with its frames and its inflated object',
    async run(index) {
      for (const record of [recordOf({ frames: 2_500, instance: 1 }), recordOf({ instance: 2, inflatedBytes: 9 })]) {
        await index.add(record, 'refuse')
        const { positions, ...kept } = (await index.record(scopeOf(record))) ?? assert.fail('there is no record')
        const bytes = (of: Iterable<Uint8Array>) => Array.from(of, (one) => Buffer.from(one).toString('hex'))
        assert.deepEqual(
          { ...kept, metadata: bytes([kept.metadata]), frameBlocks: bytes(kept.frameBlocks) },
          { ...record, metadata: bytes([record.metadata]), frameBlocks: bytes(record.frameBlocks) },
        )
      }
      assert.equal(await index.record({ ...scopeOf(recordOf()), instance: '2.25.9' }), undefined)
      assert.equal(await index.record({ ...scopeOf(recordOf()), study: '2.25.9' }), undefined)
    },
  },
  {
    name: 'record tells all that a study knows, and a record that is added elsewhere takes its places along',
    async run(index) {
      const undated = recordOf({ study: 1, storedAt: longAgo })
      await index.add(undated, 'refuse')
      await index.add(recordOf({ study: 1, instance: 2, studyAttributes: dated('20250101') }), 'refuse')
      await index.add(recordOf({ study: 2, studyAttributes: dated('20200101') }), 'refuse')
      const order = async () =>
        (await matchesOf(index, everything('study'))).map(({ study, cursor }) => [study, cursor])
      const before = await order()
      const record = (await index.record(scopeOf(undated))) ?? assert.fail('there is no record')
      assert.deepEqual(record.attributes.study[tags.StudyDate], dated('20250101')[tags.StudyDate])
      await index.remove({ partition: 'default', study: record.study })
      await index.add(record, 'refuse')
      assert.deepEqual(await order(), before)
      // What knows no places gets its own: the date is known by now.
      await index.remove({ partition: 'default', study: record.study })
      const { positions: _, ...newcomer } = record
      await index.add(newcomer, 'refuse')
      assert.deepEqual(
        (await order()).map(([study]) => study).toReversed(),
        before.map(([study]) => study),
      )
    },
  },
  {
    name: 'all goes on behind a cursor, whether what had it is still there or not',
    async run(index) {
      for (let instance = 1; instance <= 5; instance++) await index.add(recordOf({ instance }), 'refuse')
      const [, second, third] = await collect(index.all())
      const rest = async () => (await collect(index.all(undefined, third?.cursor))).map(({ instance }) => instance)
      assert.deepEqual(
        await rest(),
        [4, 5].map((n) => instanceUid(1, 1, n)),
      )
      await index.remove(scopeOf(recordOf({ instance: 3 })))
      await index.add(recordOf({ instance: 6 }), 'refuse')
      await index.add(recordOf({ instance: 2, version: 2 }), 'replace')
      assert.deepEqual(
        await rest(),
        [4, 5, 6].map((n) => instanceUid(1, 1, n)),
      )
      const fromSecond = await collect(index.all('default', second?.cursor))
      assert.equal(fromSecond.length, 3)
      assert.deepEqual(await collect(index.all('other', '0')), [])
    },
  },
  {
    name: 'find tells which instances are stored, wherever they lie',
    async run(index) {
      const records = [recordOf({ study: 1 }), recordOf({ study: 2, series: 3 })]
      for (const record of records) await index.add(record, 'refuse')
      await index.add(recordOf({ partition: 'other', study: 9 }), 'refuse')
      const asked = [...records.map(({ instance }) => instance), '2.25.404', instanceUid(9, 1, 1)]
      const found = await index.find('default', asked)
      const byKey = (one: { location: { key: string } }) => one.location.key
      assert.deepEqual(
        found.toSorted((a, b) => (byKey(a) < byKey(b) ? -1 : 1)),
        records.map(storedOf),
      )
      assert.deepEqual(await index.find('default', []), [])
    },
  },
  {
    name: 'facts are kept by name, and replaced only when that is asked for',
    async run(index) {
      assert.equal(await index.fact('identity'), undefined)
      assert.equal(await index.setFact('identity', 'one', 'keep'), 'one')
      assert.equal(await index.setFact('identity', 'two', 'keep'), 'one')
      assert.equal(await index.setFact('other', '{"é":"\\u0000"}', 'replace'), '{"é":"\\u0000"}')
      assert.equal(await index.setFact('identity', 'three', 'replace'), 'three')
      assert.deepEqual([await index.fact('identity'), await index.fact('other')], ['three', '{"é":"\\u0000"}'])
      assert.equal(await index.extraAttributes(), undefined)
    },
  },
]
