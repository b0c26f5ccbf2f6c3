import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type BulkDataSource, type Dataset, type TransferSyntax, tags, writePart10 } from '@sansfilm/dicom'

/** What one instance is made from. */
export interface InstancePlan {
  readonly study: string
  readonly series: string
  readonly instance: string
  readonly dataset: Dataset
  readonly transferSyntax: TransferSyntax
  readonly pixels: BulkDataSource
  /** The bytes of a frame, from 0, made again: what a server must answer. */
  readonly frame: (n: number) => Buffer
  readonly frames: number
}

/** An instance as a file. */
export interface MadeInstance extends Pick<InstancePlan, 'study' | 'series' | 'instance' | 'frame' | 'frames'> {
  readonly path: string
  readonly length: number
  /** SHA-256 of the file. */
  readonly digest: string
  bytes(): AsyncIterable<Uint8Array>
}

/** Writes an instance as it is made: none is ever held whole. */
export async function makeInstance(path: string, plan: InstancePlan): Promise<MadeInstance> {
  await mkdir(dirname(path), { recursive: true })
  const hash = createHash('sha256')
  const { dataset, transferSyntax, pixels, study, series, instance, frame, frames } = plan
  const part10 = writePart10({
    dataset: { ...dataset, [tags.PixelData]: { vr: 'OW', BulkDataURI: 'pixels' } },
    transferSyntax,
    bulkData: () => pixels,
  })
  const hashed = async function* () {
    for await (const chunk of part10) {
      hash.update(chunk)
      yield chunk
    }
  }
  await pipeline(Readable.from(hashed(), { objectMode: false }), createWriteStream(path))
  const { size: length } = await stat(path)
  const bytes = () => createReadStream(path, { highWaterMark: 1024 * 1024 })
  return { path, length, digest: hash.digest('hex'), study, series, instance, frame, frames, bytes }
}
