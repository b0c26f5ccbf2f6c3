import { type Dicomweb, defaultPartition } from '@sansfilm/core'
import type { SampleInstance } from '@sansfilm/sample'
import type { Logger } from 'pino'
import { dicomwebTarget } from './import/dicomweb-target.ts'
import { describeError } from './problem.ts'

/** Where the sample comes from: each instance as a Part 10 file, drawn when it is asked for. */
export type SampleSource = () => AsyncIterable<Pick<SampleInstance, 'bytes'>>

/** What storing the sample needs. */
export interface SampleOptions {
  readonly dicomweb: Dicomweb
  readonly serviceRoot: string
  readonly draw: SampleSource
  readonly log: Logger
  readonly signal: AbortSignal
}

/**
 * Stores the sample study where nothing is stored yet, by the same Store transaction as everybody, so that the first page
 * shows something. A failure is logged: a server without a sample serves as well.
 */
export async function storeSample({ dicomweb, serviceRoot, draw, log, signal }: SampleOptions): Promise<void> {
  try {
    const { instances } = await dicomweb.backend.index.statistics(defaultPartition)
    if (instances > 0) return
    log.info('the archive is empty: storing the sample study (--no-sample leaves it out)')
    const target = dicomwebTarget(dicomweb, { serviceRoot })
    let stored = 0
    for await (const { bytes } of draw()) {
      if (signal.aborted) return
      const { status, reason } = await target.store(() => onePiece(bytes), signal)
      if (status === 'refused') throw new Error(`the archive refuses the sample: ${reason}`)
      stored += 1
    }
    log.info({ instances: stored }, 'the sample study is stored')
  } catch (error) {
    if (!signal.aborted) log.error({ error: describeError(error) }, 'the sample study could not be stored')
  }
}

async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
