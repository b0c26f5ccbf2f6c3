import assert from 'node:assert/strict'
import type { ExtraAttributes, InstanceIndex, InstanceRecord, LevelAttributes } from '@sansfilm/core/adapters'
import { decodeFrameSpan, tags } from '@sansfilm/dicom'
import type { Contract } from './contract.ts'
import { instanceUid, recordOf, seriesUid, studyUid } from './instance-index-records.ts'
import { collect, matchesOf, scopeOf, storedOf } from './instance-index-store.ts'

const study = { partition: 'default', study: studyUid(1) }

/** What the index tells of what is stored. */
export const lookupCases: Contract<InstanceIndex> = [
  {
    name: 'frames finds the block of any frame, and nothing where there is none',
    async run(index) {
      const record = recordOf({ frames: 2_500 })
      await index.add(record, 'refuse')
      const found = await index.frames(scopeOf(record), [2, 0, 7])
      assert.deepEqual(found?.stored, storedOf(record))
      assert.deepEqual(found?.pixelData, record.pixelData)
      assert.deepEqual([...(found?.blocks.keys() ?? [])].sort(), [0, 2])
      const block = found?.blocks.get(2) ?? new Uint8Array()
      assert.deepEqual(decodeFrameSpan(block, 0), { offset: 1_000 + 2_048, length: 2_048, fragments: 1 })
      assert.equal(await index.frames({ ...scopeOf(record), instance: '2.25.9' }, [0]), undefined)
      assert.equal(await index.frames({ ...scopeOf(record), series: '2.25.9' }, [0]), undefined)
    },
  },
  {
    name: 'bulkData finds all ranges or the one at a path',
    async run(index) {
      const record = recordOf()
      await index.add(record, 'refuse')
      assert.deepEqual(await index.bulkData(scopeOf(record)), { stored: storedOf(record), ranges: record.bulkData })
      assert.deepEqual((await index.bulkData(scopeOf(record), '7FE00010'))?.ranges, [record.bulkData[0]])
      assert.deepEqual((await index.bulkData(scopeOf(record), '00880200'))?.ranges, [])
      assert.equal(await index.bulkData({ ...scopeOf(record), study: '2.25.9' }), undefined)
    },
  },
  {
    name: 'instances and metadata come in the order of Search',
    async run(index) {
      const order = [
        [1, 1],
        [1, 2],
        [1, 10],
        [2, 1],
        [10, 1],
      ] as const
      const records = order.map(([series, instance]) => recordOf({ series, instance }))
      for (const record of records.toReversed()) await index.add(record, 'refuse')
      assert.deepEqual(await collect(index.instances(study)), records.map(storedOf))
      const metadata = await collect(index.metadata(study))
      assert.deepEqual(
        metadata.map((one) => [one.stored, Buffer.from(one.metadata).toString()]),
        records.map((record) => [storedOf(record), Buffer.from(record.metadata).toString()]),
      )
      const second = { ...study, series: seriesUid(1, 2) }
      assert.deepEqual(
        (await collect(index.instances(second))).map(({ instance }) => instance),
        [instanceUid(1, 2, 1)],
      )
      assert.deepEqual(await collect(index.metadata({ ...second, instance: instanceUid(1, 2, 9) })), [])
      assert.deepEqual(await collect(index.instances({ ...second, study: studyUid(2) })), [])
    },
  },
  {
    name: 'a long series is iterated whole, once, while others are stored into it',
    async run(index) {
      const numbers = Array.from({ length: 700 }, (_, i) => 2 * i + 2)
      await Promise.all(numbers.map((instance) => index.add(recordOf({ instance }), 'refuse')))
      const seen: string[] = []
      for await (const { instance } of index.instances(study)) {
        if (seen.push(instance) % 100 === 0) await index.add(recordOf({ instance: seen.length + 1 }), 'refuse')
      }
      assert.equal(new Set(seen).size, seen.length)
      for (const number of numbers) assert.ok(seen.includes(instanceUid(1, 1, number)))
    },
  },
  {
    name: 'state differs after every change, and never returns',
    async run(index) {
      const revisions: (string | undefined)[] = []
      const note = async () => revisions.push((await index.state(study))?.revision)
      await index.add(recordOf({ instance: 1 }), 'refuse')
      await note()
      await index.add(recordOf({ instance: 2 }), 'refuse')
      await note()
      await index.add(recordOf({ instance: 2, version: 2 }), 'replace')
      await note()
      await index.remove({ ...study, series: seriesUid(1, 1), instance: instanceUid(1, 1, 2) })
      await note()
      await index.remove(study)
      assert.equal(await index.state(study), undefined)
      await index.add(recordOf({ instance: 1 }), 'refuse')
      await note()
      assert.equal(new Set(revisions).size, revisions.length)
      const { revision } = (await index.state(study)) ?? {}
      await index.add(recordOf({ study: 2 }), 'refuse')
      await index.add(recordOf({ instance: 1 }), 'refuse')
      assert.equal((await index.state(study))?.revision, revision)
    },
  },
  {
    name: 'state of a series and an instance is theirs alone',
    async run(index) {
      await index.add(recordOf({ series: 1, bytes: 10 }), 'refuse')
      await index.add(recordOf({ series: 2, bytes: 30 }), 'refuse')
      const first = { ...study, series: seriesUid(1, 1) }
      const before = [await index.state(first), await index.state({ ...first, instance: instanceUid(1, 1, 1) })]
      await index.add(recordOf({ series: 2, instance: 2 }), 'refuse')
      const after = [await index.state(first), await index.state({ ...first, instance: instanceUid(1, 1, 1) })]
      assert.deepEqual(after, before)
      assert.deepEqual([before[0]?.instances, before[0]?.bytes], [1, 10])
      assert.equal(await index.state({ ...first, instance: instanceUid(1, 2, 1) }), undefined)
    },
  },
  {
    name: 'references tells which objects are needed, shared ones included',
    async run(index) {
      const one = recordOf({ instance: 1 })
      const two = { ...recordOf({ instance: 2 }), location: { ...one.location, offset: 1_000 } }
      await index.add(one, 'refuse')
      await index.add(two, 'refuse')
      await index.remove(scopeOf(one))
      const many = Array.from({ length: 2_000 }, (_, i) => `default/none-${i}`)
      assert.deepEqual(await index.references([...many, one.location.key]), new Set([one.location.key]))
      assert.deepEqual(await index.references([]), new Set())
    },
  },
  {
    name: 'instancesIn gives those whose object it is, and those that share it',
    async run(index) {
      const one = recordOf({ instance: 1 })
      const two = { ...recordOf({ instance: 2 }), location: { ...one.location, offset: 1_000 } }
      const three = recordOf({ study: 2, instance: 3 })
      const four = recordOf({ partition: 'other', instance: 4 })
      for (const record of [one, two, three, four]) await index.add(record, 'refuse')
      const many = Array.from({ length: 2_000 }, (_, i) => `default/none-${i}`)
      const found = await index.instancesIn([...many, one.location.key, four.location.key])
      assert.deepEqual(
        found.toSorted((a, b) => (a.instance < b.instance ? -1 : 1)),
        [one, two, four].map(storedOf),
      )
      assert.deepEqual(await index.instancesIn([]), [])
    },
  },
  {
    name: 'relocate changes where an instance lies, and nothing else',
    async run(index) {
      const [one, two] = [recordOf({ instance: 1 }), recordOf({ instance: 2 })]
      for (const record of [one, two]) await index.add(record, 'refuse')
      const before = await statesOf(index, one)
      const location = { ...one.location, key: 'default/moved', offset: 192 }
      assert.equal(await index.relocate(storedOf(one), location), true)
      assert.deepEqual(await collect(index.instances(scopeOf(one))), [{ ...storedOf(one), location }])
      assert.deepEqual(await collect(index.instances(scopeOf(two))), [storedOf(two)])
      assert.deepEqual(await statesOf(index, one), before)
      const keys = [one.location.key, 'default/moved']
      assert.deepEqual(await index.references(keys), new Set(['default/moved']))
      const within = { ...location, offset: 5_000 }
      assert.equal(await index.relocate({ ...storedOf(one), location }, within), true)
      assert.deepEqual(await index.instancesIn(['default/moved']), [{ ...storedOf(one), location: within }])
    },
  },
  {
    name: 'relocate does nothing where other bytes, or none, are stored by now, or they lie elsewhere already',
    async run(index) {
      const record = recordOf()
      const elsewhere = { ...record.location, key: 'default/elsewhere' }
      assert.equal(await index.relocate(storedOf(record), elsewhere), false)
      await index.add(record, 'refuse')
      assert.equal(await index.relocate({ ...storedOf(record), digest: 'of other bytes' }, elsewhere), false)
      assert.equal(
        await index.relocate({ ...storedOf(record), location: { ...elsewhere, offset: 9 } }, elsewhere),
        false,
      )
      const shared = { ...record.location, offset: record.location.offset + 1 }
      assert.equal(await index.relocate({ ...storedOf(record), location: shared }, elsewhere), false)
      assert.deepEqual(await collect(index.instances(scopeOf(record))), [storedOf(record)])
    },
  },
  {
    name: 'all gives every instance once',
    async run(index) {
      const records = Array.from({ length: 600 }, (_, i) =>
        recordOf({ partition: i % 2 === 0 ? 'default' : 'other', study: i % 7, instance: i }),
      )
      await Promise.all(records.map((record) => index.add(record, 'refuse')))
      const keys = (await collect(index.all())).map(({ location }) => location.key)
      assert.deepEqual(keys.sort(), records.map(({ location }) => location.key).sort())
      assert.equal((await collect(index.all('other'))).length, 300)
    },
  },
  {
    name: 'extra attributes are remembered, and back-filled ones are found',
    async run(index) {
      const none: ExtraAttributes = { study: [], series: [], instance: [] }
      const extra = { ...none, study: [[tags.InstitutionName]] }
      assert.equal(await index.extraAttributes(), undefined)
      const record = recordOf()
      await index.add(record, 'refuse')
      const institution = { [tags.InstitutionName]: { vr: 'LO', Value: ['Hospital'] } } as const
      const attributes: LevelAttributes = {
        ...record.attributes,
        study: { ...record.attributes.study, ...institution },
        instance: { ...record.attributes.instance, [tags.Rows]: { vr: 'US', Value: [512] } },
      }
      const before = await statesOf(index, record)
      await index.setAttributes(storedOf(record), attributes)
      const after = await statesOf(index, record)
      assert(
        after.every((state, n) => state !== before[n]),
        'the revisions differ',
      )
      await index.setAttributes({ ...storedOf(record), instance: '2.25.9' }, attributes)
      await index.setAttributes({ ...storedOf(record), digest: 'of other bytes' }, record.attributes)
      await index.setExtraAttributes(extra)
      assert.deepEqual(await index.extraAttributes(), extra)
      const found = await matchesOf(index, {
        partition: 'default',
        level: 'instance',
        offset: 0,
        conditions: [
          { level: 'study', path: [tags.InstitutionName], vr: 'LO', match: { type: 'values', values: ['Hospital'] } },
        ],
      })
      assert.deepEqual(found[0]?.attributes.instance?.[tags.Rows]?.Value, [512])
    },
  },
  {
    name: 'check resolves while the index can serve',
    async run(index) {
      await index.check()
    },
  },
]

/** The revisions of the study and the series of a record. */
async function statesOf(index: InstanceIndex, { partition, study, series }: InstanceRecord) {
  const states = [await index.state({ partition, study }), await index.state({ partition, study, series })]
  return states.map((state) => state?.revision)
}
