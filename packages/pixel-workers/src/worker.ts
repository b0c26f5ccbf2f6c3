import { decodeFrame, encodeFrame } from '@sansfilm/codecs'
import { AdapterError } from '@sansfilm/core/adapters'
import { renderDocument, renderFrames, renderSymbol } from '@sansfilm/rendering'
import { move, transferableSymbol, valueSymbol } from 'piscina'
import { readPicture } from './read-picture.ts'
import type { Outcome, Task, TaskResult } from './task.ts'

/** Does one task: what a worker thread is there for. What nobody foresaw is thrown and ends up with the caller. */
export default async function work(task: Task): Promise<Outcome> {
  try {
    const result = await perform(task)
    return handOver({ result })
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error
    return { failure: { code: error.code, message: error.message } }
  }
}

function perform(task: Task): Promise<TaskResult> {
  switch (task.kind) {
    case 'transcode':
      // Its memory is used again after the task, and what comes of it may be the frame itself.
      return encodeFrame({ ...task.frame, bytes: task.frame.bytes.slice() }, task.target, task)
    case 'picture':
      return readPicture(task.request)
    case 'render':
      return renderFrames(task.request, decodeFrame)
    case 'document':
      return renderDocument(task.request)
    case 'symbol':
      return renderSymbol(task)
  }
}

/**
 * Samples that fill their memory go to the other thread with it, since a frame may be large. Renderings are copied: they are
 * small, and lie in memory of an image library that cannot be given away.
 */
function handOver(outcome: { readonly result: TaskResult }): Outcome {
  const { result } = outcome
  const { buffer, byteLength } = result.bytes
  if (!('transferSyntax' in result) || byteLength !== buffer.byteLength) return outcome
  // Piscina takes such an object apart: what arrives is the outcome.
  return move({ [transferableSymbol]: [buffer], [valueSymbol]: outcome }) as unknown as Outcome
}
