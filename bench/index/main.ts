/**
 * What searches cost as an index grows: studies are added to an index, and every search is asked of it at each size,
 * through the service, without HTTP. Run: pnpm bench:index [--index FILE|URL] [--sizes 1000,10000,100000] [--keys words]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { parseArgs } from 'node:util'
import { createDicomweb, type Dicomweb, type InstanceIndex } from '@sansfilm/core'
import { postgresIndex } from '@sansfilm/index-postgres'
import { sqliteIndex } from '@sansfilm/index-sqlite'
import { memoryStorage } from '@sansfilm/memory'
import { recordMaker } from './made-record.ts'
import { type SearchKey, searchKeys } from './search-keys.ts'

const { values: given } = parseArgs({
  options: {
    index: { type: 'string' },
    sizes: { type: 'string', default: '1000,10000,100000' },
    keys: { type: 'string', default: '' },
    filled: { type: 'string', default: '0' },
  },
})
const sizes = given.sizes.split(',').map(Number)
const keys = searchKeys.filter(({ name }) => name.includes(given.keys))
const folder = await mkdtemp(join(tmpdir(), 'sansfilm-bench-'))
const index = await openIndex(given.index ?? join(folder, 'index.db'))
try {
  const dicomweb = createDicomweb({ index, storage: memoryStorage() })
  const costs = new Map<string, number[]>(keys.map(({ name }) => [name, []]))
  let filled = Number(given.filled)
  for (const size of sizes) {
    const began = performance.now()
    await fill(index, filled, size)
    if (size > filled) {
      console.log(
        `${size - filled} studies added, ${Math.round(((size - filled) * 1_000) / (performance.now() - began))}/s`,
      )
    }
    filled = Math.max(filled, size)
    for (const key of keys) costs.get(key.name)?.push(await costOf(dicomweb, key, size))
  }
  report(costs)
} finally {
  await index.close()
  await rm(folder, { recursive: true, force: true })
}

async function openIndex(place: string): Promise<InstanceIndex> {
  return /^postgres(ql)?:/.test(place) ? postgresIndex({ url: place }) : sqliteIndex({ file: place })
}

async function fill(index: InstanceIndex, from: number, to: number): Promise<void> {
  const make = await recordMaker()
  const atOnce = 256
  for (let first = from; first < to; first += atOnce) {
    const numbers = Array.from({ length: Math.min(atOnce, to - first) }, (_, i) => first + i)
    await Promise.all(numbers.map((n) => index.add(make(n, 0, 0), 'refuse')))
  }
}

/** Milliseconds, the median of many answers. */
async function costOf(dicomweb: Dicomweb, key: SearchKey, studies: number): Promise<number> {
  const times: number[] = []
  const until = performance.now() + 1_500
  for (let round = 0; round < 200 && (times.length < 8 || performance.now() < until); round++) {
    const url = encodeURI(key.query(Math.floor(((round % 50) * studies) / 50), studies))
    const began = performance.now()
    const { status, body } = await dicomweb.handle({
      method: 'GET',
      url,
      serviceRoot: 'http://localhost',
      headers: { accept: 'application/dicom+json' },
      body: null,
    })
    if (status !== 200 && status !== 204) throw new Error(`${url} was answered ${status}`)
    if (body !== null && !(body instanceof Uint8Array)) for await (const _ of body);
    // The first ones compile.
    if (round >= 3) times.push(performance.now() - began)
  }
  return times.sort((left, right) => left - right)[Math.floor(times.length / 2)] as number // there are eight
}

function report(costs: ReadonlyMap<string, readonly number[]>): void {
  const cells = (values: readonly string[]) => values.map((value) => value.padStart(9)).join('')
  console.log(`${'ms'.padEnd(32)}${cells([...sizes.map(String), 'growth'])}`)
  for (const [name, times] of costs) {
    const growth = (times.at(-1) ?? 0) / (times[0] ?? 1)
    console.log(`${name.padEnd(32)}${cells([...times.map((time) => time.toFixed(2)), growth.toFixed(2)])}`)
  }
}
