import { askOnce } from '../measure/closed-loop.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import type { Archive, Part10Body } from '../servers/server.ts'
import type { MadeInstance } from '../studies/made-instance.ts'
import { makeSmallStudy, uidOf } from '../studies/small-study.ts'

const requestBytes = 16 * 1024 * 1024
const requestFiles = 100
const connections = 2

/** Stores instances in requests of some megabytes. @returns bytes stored @throws Error where one is refused */
export function fillWithInstances(archive: Archive, instances: readonly MadeInstance[]): Promise<number> {
  return fill(
    archive,
    instances.map(({ length, bytes }) => () => ({ length, bytes: deferred(bytes) })),
  )
}

/** Stores the small studies from one number to before another. */
export function fillWithSmallStudies(archive: Archive, from: number, to: number): Promise<number> {
  const made = function* () {
    for (let n = from; n < to; n++) {
      yield () => {
        const bytes = makeSmallStudy(n)
        return { length: bytes.length, bytes: [bytes] }
      }
    }
  }
  return fill(archive, made())
}

/** Whether the archive finds the last of so many small studies. */
export async function hasSmallStudies(archive: Archive, count: number): Promise<boolean> {
  const path = `/studies?StudyInstanceUID=${uidOf(count - 1, 1)}`
  const answer = await askOnce(archive.port, archive.request({ path, accept: 'application/dicom+json' }))
  return answer.body.includes(uidOf(count - 1, 1))
}

async function fill(archive: Archive, files: Iterable<() => Part10Body>): Promise<number> {
  const batches = batchesOf(files)
  let stored = 0
  const work = async () => {
    const connection = await HttpConnection.open(archive.port)
    for (let next = batches.next(); !next.done; next = batches.next()) {
      const batch = next.value
      const answer = await connection.exchange(archive.store(batch), true)
      if (answer.status !== 200) throw new Error(`${archive.name} answered ${answer.status} to a store: ${answer.body}`)
      stored += batch.reduce((sum, { length }) => sum + length, 0)
    }
    connection.close()
  }
  await Promise.all(Array.from({ length: connections }, work))
  return stored
}

/** One generator that all connections take from. */
function* batchesOf(files: Iterable<() => Part10Body>): Generator<readonly Part10Body[]> {
  let batch: Part10Body[] = []
  let length = 0
  for (const file of files) {
    const body = file()
    if (batch.length === requestFiles || (batch.length > 0 && length + body.length > requestBytes)) {
      yield batch
      batch = []
      length = 0
    }
    batch.push(body)
    length += body.length
  }
  if (batch.length > 0) yield batch
}

/** Opens the file when its turn has come, not before. */
async function* deferred(open: () => AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* open()
}
