import { afterEach, describe, expect, test } from '@jest/globals'
import type { Task } from './task.ts'
import { createWorkerPool, type WorkerPool } from './worker-pool.ts'

const worker = new URL('./testing/misbehaving-worker.ts', import.meta.url)
const task = (kind: string) => ({ kind }) as unknown as Task // the worker of these tests reads nothing else

let pool: WorkerPool | undefined
afterEach(async () => {
  await pool?.close()
})

describe('a worker that', () => {
  test.each([
    ['never ends', 'spin', /longer than 500 ms/],
    ['leaves', 'exit', /ended its worker thread/],
    ['takes all memory', 'hoard', /ended its worker thread/],
  ])('%s costs its own request alone', async (_, kind, message) => {
    pool = createWorkerPool({ threads: 1, deadline: kind === 'spin' ? 500 : 20_000, maxHeap: 64 }, worker)
    const [bad, good] = await Promise.allSettled([pool.run(task(kind)), pool.run(task('fine'))])
    expect(bad).toMatchObject({
      status: 'rejected',
      reason: { code: 'damaged', message: expect.stringMatching(message) },
    })
    expect(good.status).toBe('fulfilled')
    await expect(pool.run(task('fine'))).resolves.toMatchObject({ mediaType: 'text/plain' })
  })

  test('has a bug reports it as one', async () => {
    pool = createWorkerPool({ threads: 1 }, worker)
    await expect(pool.run(task('bug'))).rejects.toMatchObject({ name: 'TypeError', message: 'nobody foresaw this' })
  })
})
