import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { importCommand } from './import-command.ts'
import { type StoreTarget, TargetError } from './store-target.ts'

const part10 = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')])
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  for (let n = 0; n < 10; n += 1) await writeFile(join(folder, `${n}.dcm`), part10)
})
afterAll(() => rm(folder, { recursive: true }))

async function run(target: StoreTarget, signal = new AbortController().signal, isTTY = false) {
  const text = { output: '', progress: '' }
  const append = (stream: keyof typeof text) => (line: string | Uint8Array) => {
    text[stream] += line
    return true
  }
  const status = await importCommand({
    paths: [folder],
    target,
    concurrency: 2,
    signal,
    output: { write: append('output') },
    progress: { isTTY, write: append('progress') },
  })
  return { status, ...text }
}

test('ends with 130 when interrupted, having given up what was on its way', async () => {
  const interrupt = new AbortController()
  let started = 0
  const target: StoreTarget = {
    async store(_bytes, signal) {
      started += 1
      if (started <= 4) return { status: 'stored' }
      queueMicrotask(() => interrupt.abort())
      return new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
    },
  }
  const { status, output, progress } = await run(target, interrupt.signal)
  expect(status).toBe(130)
  expect(output).toContain('4 stored')
  expect(progress).toContain('Interrupted.')
  expect(started).toBeLessThanOrEqual(6)
})

test('ends with 1 when the target takes no more, without trying every file', async () => {
  let asked = 0
  const target = { store: () => Promise.reject(new TargetError(`gone after ${++asked}`)) }
  expect(await run(target)).toMatchObject({ status: 1, progress: expect.stringContaining('Given up: gone') })
  expect(asked).toBeLessThanOrEqual(2)
})

test('a bug is no outcome', async () => {
  await expect(run({ store: () => Promise.reject(new RangeError('a bug')) })).rejects.toThrow('a bug')
})

test('a terminal is left clean', async () => {
  const target: StoreTarget = { store: async () => ({ status: 'already-stored' }) }
  const { status, output, progress } = await run(target, undefined, true)
  expect({ status, output }).toEqual({ status: 0, output: expect.stringMatching(/^0 stored, 10 already stored/) })
  expect(progress.endsWith('\r\x1b[K')).toBe(true)
})
