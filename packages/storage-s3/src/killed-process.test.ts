import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { InstanceStorage } from '@sansfilm/core/adapters'
import { type FauxqsServer, startFauxqs } from 'fauxqs'
import { s3Storage } from './s3-storage.ts'
import { collect } from './testing/test-bytes.ts'

let store: FauxqsServer
let storage: InstanceStorage
beforeAll(async () => {
  store = await startFauxqs({ port: 0, logger: false, host: '127.0.0.1' })
  store.createBucket('images')
  storage = s3Storage(optionsOf(store.port))
})
afterAll(async () => {
  await storage.close()
  await store.stop()
})

const optionsOf = (port: number) => ({
  endpoint: `http://127.0.0.1:${port}`,
  bucket: 'images',
  credentials: { accessKeyId: 'KEY', secretAccessKey: 'SECRET' },
})

/** Puts objects of up to 20 MB, most of them in parts, 3 at a time, and writes key and digest of each when it is acknowledged. */
const putForEver = `
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { s3Storage } from ${JSON.stringify(import.meta.resolve('./s3-storage.ts'))}
const storage = s3Storage(JSON.parse(process.argv[1]))
async function* source(bytes) {
  for (let start = 0; start < bytes.length; start += 200_000) yield bytes.subarray(start, start + 200_000)
}
async function putOnAndOn() {
  for (;;) {
    const bytes = randomBytes(Math.floor(Math.random() * 20_000_000))
    const key = 'p/' + randomUUID()
    await storage.put(key, source(bytes))
    process.stdout.write(key + ' ' + createHash('sha256').update(bytes).digest('hex') + '\\n')
  }
}
for (let worker = 0; worker < 3; worker++) putOnAndOn()
`

async function putUntilKilled(acknowledged: Map<string, string>, count: number): Promise<void> {
  const options = ['--conditions=sansfilm-source', '--input-type=module', '--eval', putForEver]
  const child = spawn(process.execPath, [...options, JSON.stringify(optionsOf(store.port))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  const target = acknowledged.size + count
  for await (const line of createInterface({ input: child.stdout })) {
    const [key = '', digest = ''] = line.split(' ')
    if (digest.length === 64) acknowledged.set(key, digest)
    if (acknowledged.size >= target) child.kill('SIGKILL')
  }
  await exited
  expect(child.signalCode).toBe('SIGKILL')
}

test('after kill -9 every acknowledged object is whole, and a sweep finds what unfinished puts have left', async () => {
  const acknowledged = new Map<string, string>()
  for (let round = 0; round < 2; round++) await putUntilKilled(acknowledged, 5)
  const listed = await collect(storage.list())
  for (const { key, length } of listed) {
    const bytes = Buffer.concat(await collect(await storage.get(key)))
    expect(bytes).toHaveLength(length)
    // Those stored but not acknowledged in time are whole too; what they should be only the child knew.
    const digest = acknowledged.get(key)
    if (digest !== undefined) expect(createHash('sha256').update(bytes).digest('hex')).toBe(digest)
  }
  expect([...acknowledged.keys()].filter((key) => !listed.some((object) => object.key === key))).toEqual([])

  expect(await storage.sweepUnfinished(new Date(Date.now() - 3_600_000))).toEqual({ removed: 0 })
  // Whether a kill meets an upload in the middle is chance: some do soon.
  let removed = 0
  for (let round = 0; removed === 0 && round < 10; round++) {
    if (round > 0) await putUntilKilled(acknowledged, 5)
    const before = await collect(storage.list())
    removed = (await storage.sweepUnfinished(new Date(Date.now() + 1000))).removed
    expect(await collect(storage.list())).toHaveLength(before.length)
  }
  expect(removed).toBeGreaterThan(0)
  expect(await storage.sweepUnfinished(new Date(Date.now() + 1000))).toEqual({ removed: 0 })
}, 60_000)
