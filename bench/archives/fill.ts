import type { ArchiveState } from '../keys/key.ts'
import { askOnce } from '../measure/closed-loop.ts'
import { HttpConnection } from '../measure/http-connection.ts'
import type { Archive, Part10Body } from '../servers/server.ts'
import type { MadeInstance } from '../studies/made-instance.ts'
import { makeSmallStudy, uidOf } from '../studies/small-study.ts'
import type { Sizes } from './sizes.ts'
import { allInstances, type Studies } from './studies.ts'

const steps: readonly ArchiveState[] = ['search-0', 'search-1', 'search-2']

/** Stores what an archive holds in a state beyond what it held before. @returns bytes stored */
export async function fillArchive(
  archive: Archive,
  studies: Studies,
  { searchSteps }: Sizes,
  state: ArchiveState,
): Promise<number> {
  if (state === 'studies') return fillWithInstances(archive, allInstances(studies))
  const step = steps.indexOf(state)
  const [from, to] = [step > 0 ? searchSteps[step - 1] : 0, searchSteps[step]]
  if (from === undefined || to === undefined) return 0
  const stored = await fillWithSmallStudies(archive, from, to)
  if (!(await hasSmallStudies(archive, to))) throw new Error(`${archive.name} does not find what was stored`)
  return stored
}

const requestBytes = 16 * 1024 * 1024
const requestFiles = 100
const connections = 2

/** Stores instances in requests of some megabytes. @returns bytes stored @throws Error where one is refused */
function fillWithInstances(archive: Archive, instances: readonly MadeInstance[]): Promise<number> {
  return fill(
    archive,
    instances.map(({ length, bytes }) => () => ({ length, bytes: deferred(bytes) })),
  )
}

/** Stores the small studies from one number to before another. */
function fillWithSmallStudies(archive: Archive, from: number, to: number): Promise<number> {
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
async function hasSmallStudies(archive: Archive, count: number): Promise<boolean> {
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
