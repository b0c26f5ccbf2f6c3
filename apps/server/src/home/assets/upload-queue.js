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
    const keys = batch.map(() => nextKey++)
    await sendPatiently(batch, keys, hooks)
    for (const [position, key] of keys.entries()) hooks.onDone(key, batch[position].file.size)
  }
}

/** One worker that stops must not close the generator for the others. */
function sharing(batches) {
  return { [Symbol.asyncIterator]: () => ({ next: () => batches.next() }) }
}

async function sendPatiently(batch, keys, hooks) {
  const waiting = new Set(keys)
  for (let attempt = 1; ; attempt++) {
    const positions = keys.flatMap((key, position) => (waiting.has(key) ? [position] : []))
    try {
      await sendSome(batch, keys, positions, waiting, hooks)
      return
    } catch (error) {
      if (!hooks.signal.aborted && attempt < attempts) {
        await new Promise((resolve) => setTimeout(resolve, 1000 * attempt))
        continue
      }
      for (const position of positions) {
        if (!waiting.has(keys[position])) continue
        hooks.onOutcome({ name: batch[position].path, status: 'refused', reason: error.message })
      }
      return
    }
  }
}

async function sendSome(batch, keys, positions, waiting, hooks) {
  const some = positions.map((position) => batch[position])
  const started = new Set()
  await sendBatch(some, {
    signal: hooks.signal,
    // A form is sent in order, so that the bytes sent tell which files have left.
    onSent(bytes) {
      let before = 0
      for (const [at, { file, path }] of some.entries()) {
        const key = keys[positions[at]]
        if (bytes > before) {
          if (!started.has(key)) hooks.onStart(key, { path, size: file.size })
          started.add(key)
          hooks.onProgress(key, Math.min(bytes - before, file.size))
        }
        before += file.size
      }
    },
    onOutcome({ field, ...outcome }) {
      waiting.delete(keys[positions[Number(field)]])
      hooks.onOutcome(outcome)
    },
  })
}
