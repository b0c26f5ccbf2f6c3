import { join } from 'node:path'
import { type Dataset, decodeNativeModel, stringOf, tags } from '@sansfilm/dicom'
import { corpusFolder, readEntry, readManifest } from '../support/corpus.ts'
import { startArchive } from './archive-process.ts'
import { makeBase } from './base-objects.ts'
import { type Answer, type Call, identityOf, readStoreAnswer, retrieveStored, search, send } from './client.ts'
import { archiveFiles, comesTrue, withFolder } from './data-folder.ts'
import { mutate } from './mutate.ts'
import type { Scenario, Watch } from './scenario.ts'
import { sha256 } from './test-object.ts'

const quickMs = 5000
/** Larger files of the corpus would only slow this down. */
const largestCorpusFile = 512 * 1024

/** Files that somebody or something has damaged. */
export const mutatedFiles: Scenario<{ files: number; atOnce: number }> = {
  name: 'mutated',
  title: 'damaged files are refused, or stored and served whole',
  short: { files: 400, atOnce: 4 },
  long: { files: 20_000, atOnce: 4 },
  run: ({ files, atOnce }, watch) =>
    withFolder(async (folder) => {
      const data = join(folder, 'data')
      const server = await startArchive(data, watch)
      const corpus = readCorpus()
      const totals = { stored: 0, refused: 0, frames: 0, slowestMs: 0 }
      let started = 0
      const client = async () => {
        while (started < files) {
          const number = started++
          const sound =
            corpus.length > 0 && watch.random.next() < 0.5 ? watch.random.pick(corpus) : makeBase(watch.random)
          const bytes = mutate(sound, watch.random)
          const { stored, frames, slowestMs } = await tryOut(server.origin, bytes, `file ${number}`, watch)
          totals[stored ? 'stored' : 'refused']++
          totals.frames += frames
          totals.slowestMs = Math.max(totals.slowestMs, Math.round(slowestMs))
          watch.progress(`${started} files, ${totals.stored} of them stored`)
        }
      }
      await Promise.all(Array.from({ length: atOnce }, client))
      // Each was deleted after its trial.
      const visible = (await search(server.origin, 'instances')).length
      if (visible > 0) watch.violated(`${visible} instances are visible that nobody was told of`)
      const noneUnfinished = await comesTrue(2000, async () => (await archiveFiles(data)).incoming.length === 0)
      if (!noneUnfinished) watch.violated('unfinished files are left')
      const peakMiB = Math.round((await server.peakBytes()) / 2 ** 20)
      await server.stop()
      return { files, ...totals, peakMiB, corpusFiles: corpus.length }
    }),
}

function readCorpus(): readonly Buffer[] {
  if (corpusFolder === undefined) return []
  const folder = corpusFolder
  return readManifest(folder)
    .map((entry) => readEntry(folder, entry))
    .filter(({ length }) => length <= largestCorpusFile)
}

/** Stores a file, asks for all that can be had of it, and deletes it. */
async function tryOut(origin: string, bytes: Buffer, name: string, watch: Watch) {
  let slowestMs = 0
  let frames = 0
  const wrong = (what: string) => watch.violated(`${name} (${sha256(bytes).slice(0, 12)}): ${what}`)
  const ask = async (call: Call): Promise<Answer> => {
    const answer = await send(origin, { ...call, timeoutMs: 4 * quickMs })
    slowestMs = Math.max(slowestMs, answer.ms)
    const told = `${call.method ?? 'GET'} ${call.path.replace(/[0-9.]{12,}/g, '…')}: ${answer.status}`
    if (answer.status >= 500 && answer.status !== 501) wrong(`${told} ${answer.body.subarray(0, 300)}`)
    if (answer.ms > quickMs) wrong(`${told} after ${Math.round(answer.ms)} ms`)
    return answer
  }
  const answer = await ask({
    method: 'POST',
    path: '/dicom-web/studies',
    headers: { 'content-type': 'application/dicom' },
    body: bytes,
  })
  const [instance] = readStoreAnswer(answer).acknowledged
  if (instance === undefined) return { stored: false, frames, slowestMs }

  const [match, ...others] = await search(origin, `instances?SOPInstanceUID=${encodeURIComponent(instance)}`)
  if (match === undefined || others.length > 0) {
    wrong(`stored, and found ${match === undefined ? 'never' : 'more than once'}`)
    return { stored: true, frames, slowestMs }
  }
  const identity = identityOf(match)
  const whole = await retrieveStored(origin, identity)
  if (whole.status !== 200 || sha256(whole.body) !== sha256(bytes))
    wrong(`retrieved with ${whole.status}, not as it was sent`)

  const path = `/dicom-web/studies/${identity.study}/series/${identity.series}/instances/${identity.instance}`
  await ask({ path, headers: { accept: 'multipart/related; type="application/dicom"' } })
  const metadata = await readMetadata(ask, path, wrong)
  for (const frame of framesToAsk(metadata)) {
    const { status } = await ask({ path: `${path}/frames/${frame}`, headers: { accept: '*/*' } })
    if (status === 200) frames++
    else if (status < 400) wrong(`frame ${frame}: ${status}`)
  }
  for (const uri of bulkDataUris(metadata).slice(0, 5)) {
    const { status } = await ask({ path: new URL(uri, origin + path).pathname, headers: { accept: '*/*' } })
    if (status !== 200) wrong(`bulk data that the metadata names: ${status}`)
  }
  const { status } = await ask({ method: 'DELETE', path })
  if (status !== 204) wrong(`deleted with ${status}`)
  return { stored: true, frames, slowestMs }
}

/** In both forms, of which each has to be readable. */
async function readMetadata(
  ask: (call: Call) => Promise<Answer>,
  path: string,
  wrong: (what: string) => void,
): Promise<Dataset> {
  const xml = await ask({
    path: `${path}/metadata`,
    headers: { accept: 'multipart/related; type="application/dicom+xml"' },
  })
  try {
    const start = xml.body.indexOf('<?xml')
    const end = xml.body.lastIndexOf('>', xml.body.lastIndexOf('\r\n--')) + 1
    decodeNativeModel(xml.body.subarray(start, end))
  } catch (error) {
    wrong(`metadata in XML: ${xml.status}, ${error}`)
  }
  const json = await ask({ path: `${path}/metadata`, headers: { accept: 'application/dicom+json' } })
  try {
    const [dataset = {}] = JSON.parse(json.body.toString()) as Dataset[] // of the one instance
    return dataset
  } catch (error) {
    wrong(`metadata in JSON: ${json.status}, ${error}`)
    return {}
  }
}

/** The first few, the last, and one beyond. */
function framesToAsk(metadata: Dataset): readonly number[] {
  const count = Number(stringOf(metadata, tags.NumberOfFrames) ?? 1)
  const last = Number.isSafeInteger(count) && count > 0 ? count : 1
  return [...new Set([1, 2, 3, last, last + 1])]
}

function bulkDataUris(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) =>
    name === 'BulkDataURI' && typeof inner === 'string' ? [inner] : bulkDataUris(inner),
  )
}
