import { sendBatch } from './send-batch.js'

/** Requests under way at once, and what one carries. A larger file has a request of its own. */
const parallel = 3
const batchFiles = 50
const batchBytes = 32 * 1024 * 1024

/** Attempts of a batch whose connection was lost: sending again what is stored already does no harm. */
const attempts = 3

/**
 * Sends files a few at a time, however many there are.
 * @param {AsyncIterable<import('./dropped-files.js').ChosenFile>} files
 * @param {{
 *   onFound(file: { path: string, size: number }): void,
 *   onStart(key: number, file: { path: string, size: number }): void,
 *   onProgress(key: number, sent: number): void,
 *   onOutcome(outcome: { name: string, status: string, reason?: string }): void,
 *   onDone(key: number, size: number): void,
 *   signal: AbortSignal,
 * }} hooks a file is known by its `key` from start to done
 */
export async function uploadAll(files, hooks) {
  const batches = gather(files, hooks)
  await Promise.all(Array.from({ length: parallel }, () => work(batches, hooks)))
}

/** Batches are pulled by several workers; a generator answers them one after the other. */
async function* gather(files, { onFound, signal }) {
  let batch = []
  let bytes = 0
  for await (const chosen of files) {
    if (signal.aborted) return
    onFound({ path: chosen.path, size: chosen.file.size })
    if (batch.length > 0 && (batch.length === batchFiles || bytes + chosen.file.size > batchBytes)) {
      yield batch
      batch = []
      bytes = 0
    }
    batch.push(chosen)
    bytes += chosen.file.size
  }
  if (batch.length > 0) yield batch
}

let nextKey = 0

async function work(batches, hooks) {
  for await (const batch of sharing(batches)) {
    if (hooks.signal.aborted) return
    const jobs = batch.map(({ file, path }) => ({ key: nextKey++, file, path, isStarted: false, isSettled: false }))
    await sendPatiently(jobs, hooks)
    for (const job of jobs) settle(job, hooks)
  }
}

/** Once for each file, whichever tells first: its outcome, or the end of its request. */
function settle(job, { onDone }) {
  if (!job.isSettled) onDone(job.key, job.file.size)
  job.isSettled = true
}

/** One worker that stops must not close the generator for the others. */
function sharing(batches) {
  return { [Symbol.asyncIterator]: () => ({ next: () => batches.next() }) }
}

async function sendPatiently(jobs, hooks) {
  let waiting = jobs
  for (let attempt = 1; ; attempt++) {
    const heardOf = new Set()
    try {
      await sendJobs(waiting, heardOf, hooks)
      return
    } catch (error) {
      waiting = waiting.filter((job) => !heardOf.has(job))
      if (!hooks.signal.aborted && attempt < attempts) {
        await new Promise((resolve) => setTimeout(resolve, 1000 * attempt))
        continue
      }
      for (const { path } of waiting) hooks.onOutcome({ name: path, status: 'refused', reason: error.message })
      return
    }
  }
}

async function sendJobs(jobs, heardOf, hooks) {
  await sendBatch(jobs, {
    signal: hooks.signal,
    // A form is sent in order, so that the bytes sent tell which files have left.
    onSent(bytes) {
      let before = 0
      for (const job of jobs) {
        if (bytes > before && !job.isSettled) showSent(job, Math.min(bytes - before, job.file.size), hooks)
        before += job.file.size
      }
    },
    onOutcome({ field, ...outcome }) {
      const job = jobs[Number(field)]
      heardOf.add(job)
      hooks.onOutcome(outcome)
      // The files of a zip have names of their own, and the zip is done when its request is.
      if (outcome.name === job.path) settle(job, hooks)
    },
  })
}

function showSent(job, sent, { onStart, onProgress }) {
  if (!job.isStarted) onStart(job.key, { path: job.path, size: job.file.size })
  job.isStarted = true
  onProgress(job.key, sent)
}
