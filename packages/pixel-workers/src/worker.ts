import { decodeFrame, encodeFrame } from '@sansfilm/codecs'
import { AdapterError } from '@sansfilm/core/adapters'
import { transferSyntaxes } from '@sansfilm/dicom'
import { renderDocument, renderFrames, renderSymbol } from '@sansfilm/rendering'
import { transferableSymbol, valueSymbol } from 'piscina'
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
      return transcode(task)
    case 'render':
      return renderFrames(task.request, decodeFrame)
    case 'document':
      return renderDocument(task.request)
    case 'symbol':
      return renderSymbol(task)
  }
}

/** Decoded, then encoded; one of both where a side is native. */
async function transcode({ frame, target, quality }: Extract<Task, { kind: 'transcode' }>): Promise<TaskResult> {
  const native = await decodeFrame(frame)
  if (target === transferSyntaxes.ExplicitVRLittleEndian.uid) return native
  return encodeFrame(native, target, quality === undefined ? {} : { quality })
}

/** Bytes that fill their memory go to the other thread with it; a part of some memory is copied. */
function handOver(outcome: { readonly result: TaskResult }): Outcome {
  const { buffer, byteLength } = outcome.result.bytes
  if (byteLength !== buffer.byteLength || !(buffer instanceof ArrayBuffer)) return outcome
  const movable = { [transferableSymbol]: [buffer], [valueSymbol]: outcome }
  // Piscina takes such an object apart: what arrives is the outcome.
  return movable as unknown as Outcome
}
