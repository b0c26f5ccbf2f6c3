import assert from 'node:assert/strict'
import type { InflatedInstance, InstanceIndex } from '@sansfilm/core/adapters'
import { encodeFrameTable, tags, transferSyntaxes } from '@sansfilm/dicom'
import type { Contract } from './contract.ts'
import { inflatedObjectOf, recordOf, seriesUid, studyUid } from './instance-index-records.ts'
import { collect, scopeOf, storedOf } from './instance-index-store.ts'

const transferSyntax = transferSyntaxes.DeflatedExplicitVRLittleEndian.uid
const study = { partition: 'default', study: studyUid(1) }

/** Other places than those of `recordOf`. */
function inflatedPlaces(key: string, bytes: number): InflatedInstance {
  return {
    inflated: inflatedObjectOf(key, bytes),
    bulkData: [{ path: tags.PixelData, vr: 'OW', offset: 900, length: 64, encapsulated: false }],
    pixelData: {
      tag: tags.PixelData,
      vr: 'OW',
      encapsulated: false,
      offset: 900,
      length: 64,
      frames: 2,
      frameBits: 256,
    },
    frameBlocks: encodeFrameTable([{ offset: 7, length: 8, fragments: 1 }]),
  }
}

/** What the index does with the inflated objects of deflated instances. */
export const inflatedCases: Contract<InstanceIndex> = [
  {
    name: 'an inflated object is handed out with its instance, referred to, and counted',
    async run(index) {
      const record = recordOf({ transferSyntax, inflatedBytes: 5_000 })
      const { key = '' } = record.inflated ?? {}
      await index.add(record, 'refuse')
      const found = [
        ...(await collect(index.all())).map(({ cursor: _, ...stored }) => stored),
        ...(await collect(index.instances(study))),
        ...(await collect(index.metadata(study))).map(({ stored }) => stored),
        (await index.bulkData(scopeOf(record)))?.stored,
        (await index.frames(scopeOf(record), []))?.stored,
      ]
      assert.deepEqual(found, Array(5).fill(storedOf(record)))
      assert.deepEqual(await index.references([key, record.location.key, 'x']), new Set([key, record.location.key]))
      const scopes = [study, { ...study, series: seriesUid(1, 1) }, scopeOf(record)]
      for (const scope of scopes) assert.equal((await index.state(scope))?.bytes, 6_000)
      assert.equal((await index.statistics('default')).bytes, 6_000)
    },
  },
  {
    name: 'an inflated object goes with its instance, when that is replaced or removed',
    async run(index) {
      const old = recordOf({ transferSyntax, inflatedBytes: 5_000 })
      const now = recordOf({ transferSyntax, inflatedBytes: 70, version: 2 })
      await index.add(old, 'refuse')
      assert.deepEqual(await index.add(now, 'replace'), { outcome: 'replaced', previous: storedOf(old) })
      const keys = [old.inflated?.key ?? '', now.inflated?.key ?? '']
      assert.deepEqual(await index.references(keys), new Set([keys[1]]))
      assert.equal((await index.statistics('default')).bytes, 1_070)
      await index.add(recordOf({ instance: 2 }), 'refuse')
      assert.deepEqual(await index.remove(scopeOf(now)), [storedOf(now)])
      assert.deepEqual(await index.references(keys), new Set())
      assert.equal((await index.state(study))?.bytes, 1_000)
      assert.equal((await index.statistics('default')).bytes, 1_000)
    },
  },
  {
    name: 'notInflated finds deflated instances of every partition that have no inflated object, and no others',
    async run(index) {
      const deflated = Object.values(transferSyntaxes).filter((row) => row.deflated)
      const records = deflated.map(({ uid }, i) =>
        recordOf({ partition: i === 0 ? 'other' : 'default', instance: i, transferSyntax: uid }),
      )
      for (const record of records) await index.add(record, 'refuse')
      await index.add(recordOf({ instance: 100, transferSyntax, inflatedBytes: 10 }), 'refuse')
      await index.add(recordOf({ instance: 101 }), 'refuse')
      const found = await collect(index.notInflated())
      const byKey = (left: { location: { key: string } }, right: { location: { key: string } }) =>
        left.location.key < right.location.key ? -1 : 1
      assert.deepEqual(found.toSorted(byKey), records.map(storedOf).toSorted(byKey))
    },
  },
  {
    name: 'notInflated can be followed by setInflated instance by instance, however many there are',
    async run(index) {
      for (let instance = 1; instance <= 300; instance++)
        await index.add(recordOf({ instance, transferSyntax }), 'refuse')
      const seen = new Set<string>()
      for await (const stored of index.notInflated()) {
        seen.add(stored.instance)
        assert.equal(await index.setInflated(stored, inflatedPlaces(stored.location.key, 1)), true)
      }
      assert.equal(seen.size, 300)
      assert.deepEqual(await collect(index.notInflated()), [])
    },
  },
  {
    name: 'setInflated puts the object and its places in place of those kept, and counts its bytes',
    async run(index) {
      const record = recordOf({ transferSyntax, frames: 2_000 })
      await index.add(record, 'refuse')
      const places = inflatedPlaces(record.location.key, 5_000)
      assert.equal(await index.setInflated(storedOf(record), places), true)
      const stored = { ...storedOf(record), inflated: places.inflated }
      assert.deepEqual(await index.bulkData(scopeOf(record)), { stored, ranges: places.bulkData })
      const frames = await index.frames(scopeOf(record), [0, 1])
      assert.deepEqual([frames?.stored, frames?.pixelData], [stored, places.pixelData])
      const blocks = [...(frames?.blocks ?? [])].map(([block, bytes]) => [block, Buffer.from(bytes)])
      assert.deepEqual(
        blocks,
        places.frameBlocks.map((bytes, block) => [block, Buffer.from(bytes)]),
      )
      assert.equal((await index.state(study))?.bytes, 6_000)
      // Once more, as after its bytes were damaged.
      const again = inflatedPlaces(`${record.location.key}-again`, 4_000)
      assert.equal(await index.setInflated(stored, again), true)
      assert.deepEqual(await index.references([places.inflated.key, again.inflated.key]), new Set([again.inflated.key]))
      assert.deepEqual(await index.statistics('default'), { studies: 1, series: 1, instances: 1, bytes: 5_000 })
      await index.remove(study)
      assert.deepEqual(await index.statistics('default'), { studies: 0, series: 0, instances: 0, bytes: 0 })
    },
  },
  {
    name: 'setInflated does nothing where other bytes, or none, are stored by now',
    async run(index) {
      const old = recordOf({ transferSyntax })
      const now = recordOf({ transferSyntax, version: 2 })
      const places = inflatedPlaces(old.location.key, 5_000)
      assert.equal(await index.setInflated(storedOf(old), places), false)
      await index.add(now, 'refuse')
      assert.equal(await index.setInflated(storedOf(old), places), false)
      assert.deepEqual(
        (await collect(index.all())).map(({ cursor: _, ...stored }) => stored),
        [storedOf(now)],
      )
      assert.equal((await index.statistics('default')).bytes, 1_000)
      assert.deepEqual(await index.references([places.inflated.key]), new Set())
    },
  },
]
