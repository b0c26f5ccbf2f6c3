/**
 * What searches cost as an index grows: studies are added to an index, and every search is asked of it at each size,
 * through the service, without HTTP. Milliseconds of this process's processors for an index in a file; for a database
 * elsewhere, on the clock, of the quickest tenth of the answers.
 * Run: pnpm bench:index [--index FILE|postgres://...] [--sizes 1000,10000,100000] [--keys words]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createDicomweb } from '@sansfilm/core'
import { memoryStorage } from '@sansfilm/memory'
import { answerCost } from './answer-cost.ts'
import { fillIndex, isElsewhere, openIndex } from './index-place.ts'
import { searchKeys } from './search-keys.ts'

const { values: given } = parseArgs({
  options: {
    index: { type: 'string' },
    sizes: { type: 'string', default: '1000,10000,100000' },
    keys: { type: 'string', default: '' },
  },
})
const sizes = given.sizes.split(',').map(Number)
const keys = searchKeys.filter(({ name }) => name.includes(given.keys))
const folder = await mkdtemp(join(tmpdir(), 'sansfilm-bench-'))
const place = given.index ?? join(folder, 'index.db')
const index = await openIndex(place)
try {
  const dicomweb = createDicomweb({ index, storage: memoryStorage() })
  const costs = new Map<string, number[]>(keys.map(({ name }) => [name, []]))
  let { studies: filled } = await index.statistics('default')
  for (const size of sizes) {
    if (size > filled) console.log(`${size} studies, ${await fillIndex(index, filled, size, 1)} adds/s`)
    filled = Math.max(filled, size)
    for (const key of keys) {
      const { cpu, quick } = await answerCost(dicomweb, key, size)
      costs.get(key.name)?.push(isElsewhere(place) ? quick : cpu)
    }
  }
  report(costs)
} finally {
  await index.close()
  await rm(folder, { recursive: true, force: true })
}

function report(costs: ReadonlyMap<string, readonly number[]>): void {
  const cells = (values: readonly string[]) => values.map((value) => value.padStart(9)).join('')
  console.log(`${'ms'.padEnd(32)}${cells([...sizes.map(String), 'growth'])}`)
  for (const [name, times] of costs) {
    const growth = (times.at(-1) ?? 0) / (times[0] ?? 1)
    console.log(`${name.padEnd(32)}${cells([...times.map((time) => time.toFixed(2)), growth.toFixed(2)])}`)
  }
}
