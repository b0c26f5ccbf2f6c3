import { availableParallelism } from 'node:os'
import { AdapterError } from '@sansfilm/core/adapters'
import type { Piscina } from 'piscina'
import { BoundedQueue } from './bounded-queue.ts'
import { SharedMemory } from './shared-memory.ts'
import type { Outcome, Task, TaskResult } from './task.ts'

/** How much pixel work is done at once, and for how long. */
export interface WorkerPoolOptions {
  /** Worker threads. Default: one fewer than there are processors, at least 1 and at most 8. */
  readonly threads?: number
  /** Pieces of work that may wait for a thread; more are refused as `unavailable`. Default 512. */
  readonly maxQueued?: number
  /** Milliseconds for one piece of work; then its thread is ended. Default 30,000. */
  readonly deadline?: number
  /** Mebibytes of heap for each thread. Default 512. Pixels are bounded by the codecs and the renderer themselves. */
  readonly maxHeap?: number
}

/** Gives memory of a length that a task may have its pixels in, until it is done. */
export type TaskMemory = (length: number) => Uint8Array

/** How much there is to do. */
export interface WorkerPoolState {
  /** Threads there may be. */
  readonly threads: number
  /** Pieces of work that are made ready or worked on. */
  readonly running: number
  /** Pieces of work that wait. */
  readonly waiting: number
}

/** Does tasks in worker threads. */
export interface WorkerPool {
  /** @throws AdapterError `unsupported`, `damaged`, `unavailable` */
  run(task: Task, signal?: AbortSignal): Promise<TaskResult>
  /**
   * Reads what a task needs when its turn has nearly come, and does it: those who wait hold nothing.
   * @throws AdapterError as `run`; what `prepare` throws
   */
  prepareAndRun(prepare: (memory: TaskMemory) => Promise<Task>, signal?: AbortSignal): Promise<TaskResult>
  state(): WorkerPoolState
  close(): Promise<void>
}

/** The compiled worker beside the compiled pool, or the source beside the source. */
const defaultWorker = new URL(`./worker${import.meta.url.slice(-3)}`, import.meta.url)

/**
 * Starts a pool; threads begin with the first task and end when they have had nothing to do for a minute. One that crashes, or
 * runs longer than the deadline, takes down the task it worked on and is replaced.
 */
export function createWorkerPool(options: WorkerPoolOptions = {}, worker = defaultWorker): WorkerPool {
  const threads = options.threads ?? Math.min(8, Math.max(1, availableParallelism() - 1))
  const { maxQueued = 512, deadline = 30_000, maxHeap = 512 } = options
  const memory = new SharedMemory()
  // One task is made ready while the threads work.
  const begun = new BoundedQueue({ running: threads + 1, waiting: maxQueued })
  const working = new BoundedQueue({ running: threads, waiting: 1 })
  let pool: Promise<Piscina<Task, Outcome>> | undefined

  // Made when it is needed: a server that draws nothing loads nothing.
  const start = async (): Promise<Piscina<Task, Outcome>> => {
    const { Piscina } = await import('piscina')
    return new Piscina({
      filename: worker.href,
      minThreads: 0,
      maxThreads: threads,
      idleTimeout: 60_000,
      resourceLimits: { maxOldGenerationSizeMb: maxHeap },
    })
  }

  async function runInThread(task: Task): Promise<TaskResult> {
    pool ??= start()
    const started = await pool
    const timeUp = AbortSignal.timeout(deadline)
    let outcome: Outcome
    try {
      outcome = await started.run(task, { signal: timeUp })
    } catch (cause) {
      if (timeUp.aborted)
        throw new AdapterError('damaged', `Work on pixel data took longer than ${deadline} ms`, { cause })
      if (!endedItsThread(cause)) throw cause
      throw new AdapterError('damaged', 'Work on pixel data ended its worker thread', { cause })
    }
    if ('failure' in outcome) throw new AdapterError(outcome.failure.code, outcome.failure.message)
    return outcome.result
  }

  const prepareAndRun: WorkerPool['prepareAndRun'] = (prepare, signal) =>
    begun.run(async () => {
      const { take, giveBack } = memory.lend()
      try {
        const task = await prepare(take)
        return await working.run(() => runInThread(task), signal)
      } finally {
        giveBack()
      }
    }, signal)

  return {
    run: (task, signal) => prepareAndRun(async () => task, signal),
    prepareAndRun,
    state: () => ({ threads, running: begun.running, waiting: begun.waiting }),
    async close() {
      await (await pool)?.destroy()
    },
  }
}

/** Out of memory, or an exit or abort of the thread; anything else that is thrown is a bug, and reported as one. */
function endedItsThread(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown }
  return code === 'ERR_WORKER_OUT_OF_MEMORY' || /worker exited|terminating worker/i.test(String(message))
}
