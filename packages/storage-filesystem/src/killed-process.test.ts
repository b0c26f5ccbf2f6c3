import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from '@jest/globals'
import { filesystemStorage } from './filesystem-storage.ts'

const directory = mkdtempSync(join(tmpdir(), 'sansfilm-killed-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** Puts objects of up to 3 MB, 8 at a time, and writes key and digest of each when it is acknowledged. */
const putForEver = `
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { filesystemStorage } from ${JSON.stringify(import.meta.resolve('./filesystem-storage.ts'))}
const storage = filesystemStorage({ directory: process.argv[1] })
async function* source(bytes) {
  for (let start = 0; start < bytes.length; start += 50_000) yield bytes.subarray(start, start + 50_000)
}
async function putOnAndOn() {
  for (;;) {
    const bytes = randomBytes(Math.floor(Math.random() * 3_000_000))
    const key = 'p/' + randomUUID()
    await storage.put(key, source(bytes))
    process.stdout.write(key + ' ' + createHash('sha256').update(bytes).digest('hex') + '\\n')
  }
}
for (let worker = 0; worker < 8; worker++) putOnAndOn()
`

async function putUntilKilled(acknowledged: Map<string, string>, count: number): Promise<void> {
  const options = ['--conditions=sansfilm-source', '--input-type=module', '--eval', putForEver, directory]
  const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] })
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

test('after kill -9 every acknowledged object is whole, and only unfinished puts are left over', async () => {
  const acknowledged = new Map<string, string>()
  let leftovers = 0
  for (let round = 0; round < 3; round++) {
    await putUntilKilled(acknowledged, 20)
    leftovers = Math.max(leftovers, filesystemStorage({ directory }).leftovers)
  }
  const storage = filesystemStorage({ directory })
  const listed = new Set<string>()
  for await (const { key, length } of storage.list()) {
    listed.add(key)
    const hash = createHash('sha256')
    let read = 0
    for await (const chunk of await storage.get(key)) {
      hash.update(chunk)
      read += chunk.length
    }
    expect(read).toBe(length)
    // Those named but not acknowledged in time are whole too; what they should be only the child knew.
    if (acknowledged.has(key)) expect(hash.digest('hex')).toBe(acknowledged.get(key))
  }
  expect([...acknowledged.keys()].filter((key) => !listed.has(key))).toEqual([])
  expect(leftovers).toBeGreaterThan(0)
  expect(await storage.sweepUnfinished(new Date(Date.now() - 3_600_000))).toEqual({ removed: 0 })
  const { removed } = await storage.sweepUnfinished(new Date(Date.now() + 1000))
  expect(removed).toBe(storage.leftovers)
  expect(filesystemStorage({ directory }).leftovers).toBe(0)
}, 60_000)
