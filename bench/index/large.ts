/**
 * What an index of millions of instances costs: it is filled, and then measured. An existing one is only measured.
 * Run: pnpm bench:index-large --index FILE|postgres://... [--studies 50000] [--series 2] [--instances 100]
 */
import { parseArgs } from 'node:util'
import { createDicomweb, type InstanceIndex } from '@sansfilm/core'
import { memoryStorage } from '@sansfilm/memory'
import { answerCost, type Cost, costOf } from './answer-cost.ts'
import { fillIndex, openIndex } from './index-place.ts'
import { instanceUid, recordMaker, seriesUid, studyUid } from './made-record.ts'
import { multiplyInstances } from './multiply.ts'
import { searchKeys } from './search-keys.ts'
import { tableSizes } from './table-sizes.ts'

const { values: given } = parseArgs({
  options: {
    index: { type: 'string' },
    studies: { type: 'string', default: '50000' },
    series: { type: 'string', default: '2' },
    instances: { type: 'string', default: '100' },
  },
})
const place = given.index
if (place === undefined) throw new Error('--index names the file or the database')
const [studies, series, instances] = [given.studies, given.series, given.instances].map(Number) as [
  number,
  number,
  number,
]
const partition = 'default'

const began = performance.now()
const { studies: present } = await withIndex(place, (index) => index.statistics(partition))
if (present < studies) {
  const rate = await withIndex(place, (index) => fillIndex(index, present, studies, series))
  console.log(`first instance of each series: ${rate} adds/s`)
}
const first = await withIndex(place, (index) => index.statistics(partition))
if (first.instances === first.series) {
  await multiplyInstances(place, instances)
  console.log(`filled in ${Math.round((performance.now() - began) / 1_000)} s`)
}

await withIndex(place, async (index) => {
  console.log(await index.statistics(partition))
  const at = (n: number) => (n * 7_919) % studies
  const scope = (n: number) => ({ partition, study: studyUid(at(n)), series: seriesUid(at(n), 0) })
  const inner = (n: number) => ({ ...scope(n), instance: instanceUid(at(n), 0, n % instances) })
  print('a frame: the row of its instance', await costOf((n) => index.frames(inner(n), [0])))
  print(`a series: ${instances} rows`, await costOf((n) => drain(index.instances(scope(n)))))
  print(`a series: metadata of ${instances}`, await costOf((n) => drain(index.metadata(scope(n)))))
  const dicomweb = createDicomweb({ index, storage: memoryStorage() })
  for (const key of searchKeys) print(key.name, await answerCost(dicomweb, key, studies))
  const make = await recordMaker()
  let next = instances + Math.floor(performance.timeOrigin % 1_000_000)
  const adds = await costOf(() => {
    next++
    return Promise.all(Array.from({ length: 64 }, (_, n) => index.add(make(at(n), 0, next), 'refuse')))
  })
  print('add, 64 at a time, each', { cpu: adds.cpu / 64, quick: adds.quick / 64, median: adds.median / 64 })
})
for (const { table, rows, bytes } of await tableSizes(place)) {
  console.log(`${table.padEnd(36)}${String(rows).padStart(12)} rows ${(bytes / 1e6).toFixed(1).padStart(10)} MB`)
}

async function withIndex<Result>(place: string, work: (index: InstanceIndex) => Promise<Result>): Promise<Result> {
  const index = await openIndex(place)
  try {
    return await work(index)
  } finally {
    await index.close()
  }
}

async function drain(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}

function print(name: string, { cpu, quick, median }: Cost): void {
  const cell = (time: number) => time.toFixed(2).padStart(9)
  console.log(`${name.padEnd(36)} cpu${cell(cpu)} quick${cell(quick)} median${cell(median)} ms`)
}
