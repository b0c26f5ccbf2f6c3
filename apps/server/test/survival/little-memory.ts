import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { generateUid, type TransferSyntax, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { startArchive } from './archive-process.ts'
import { readStoreAnswer, send, store } from './client.ts'
import { withFolder } from './data-folder.ts'
import { openConnection, requestHead } from './raw-connection.ts'
import type { Scenario, Watch } from './scenario.ts'
import { type Identity, identifying, makeObject } from './test-object.ts'

const MiB = 1024 * 1024
/** Of JavaScript objects; buffers are beside it. */
const heapMebibytes = 128
const fragmentBytes = 16 * MiB
const hour = 3_600_000

/**
 * A process that may hold little: one instance of any size, the metadata of a long series, and many slow readers at once
 * leave it within the bound that docs/guides/deploy.md promises.
 */
export const littleMemory: Scenario<{
  mebibytes: number
  instances: number
  readers: number
  seconds: number
  boundMebibytes: number
}> = {
  name: 'memory',
  title: 'little memory is enough, whatever the size of an instance, a series or the number of slow readers',
  short: { mebibytes: 512, instances: 1500, readers: 50, seconds: 4, boundMebibytes: 420 },
  long: { mebibytes: 10_240, instances: 20_000, readers: 50, seconds: 30, boundMebibytes: 420 },
  run: ({ mebibytes, instances, readers, seconds, boundMebibytes }, watch) =>
    withFolder(async (folder) => {
      const server = await startArchive(join(folder, 'data'), watch, [], undefined, [
        `--max-old-space-size=${heapMebibytes}`,
      ])
      const { origin } = server
      const peaks: Record<string, number> = {}
      const phase = async (name: string, work: () => Promise<void>) => {
        watch.progress(name)
        await work()
        peaks[`${name}MiB`] = Math.round((await server.peakBytes()) / MiB)
        if ((peaks[`${name}MiB`] ?? 0) > boundMebibytes)
          watch.violated(`${name}: ${peaks[`${name}MiB`]} MiB resident, more than ${boundMebibytes}`)
      }
      const large = largeInstance(mebibytes * MiB)
      const [study, series] = [generateUid(), generateUid()]

      await phase('storeLarge', async () => {
        const headers = { 'content-type': 'application/dicom', accept: 'application/dicom+json' }
        const path = '/dicom-web/studies'
        const answer = readStoreAnswer(await send(origin, { path, headers, body: large.bytes(), timeoutMs: hour }))
        if (answer.status !== 200) watch.violated(`the large instance was answered with ${answer.status}`)
      })
      await phase('retrieveLarge', async () => {
        const received = createHash('sha256')
        const { study, series, instance } = large
        const path = `/dicom-web/studies/${study}/series/${series}/instances/${instance}`
        for await (const chunk of await body(origin, path, 'application/dicom; transfer-syntax=*'))
          received.update(chunk)
        if (received.digest('hex') !== large.digest()) watch.violated('the large instance came back with other bytes')
      })
      await phase('storeSeries', async () => {
        for (let stored = 0; stored < instances; stored += 500) {
          const objects = Array.from({ length: Math.min(500, instances - stored) }, () => makeObject({ study, series }))
          const { status } = await store(origin, objects)
          if (status !== 200) watch.violated(`a part of the series was answered with ${status}`)
          watch.progress(`storeSeries: ${stored} of ${instances}`)
        }
      })
      await phase('metadata', async () => {
        const path = `/dicom-web/studies/${study}/series/${series}/metadata`
        for (const encoding of ['identity', 'gzip'] as const) {
          const found = await countInstances(await body(origin, path, 'application/dicom+json', encoding))
          if (found !== instances)
            watch.violated(`metadata (${encoding}) of ${found} instances instead of ${instances}`)
        }
      })
      await phase('slowReaders', async () => {
        const { study: largeStudy } = large
        const paths = [
          [`/dicom-web/studies/${largeStudy}`, 'multipart/related; type="application/dicom"; transfer-syntax=*'],
          [`/dicom-web/studies/${study}/series/${series}/metadata`, 'application/dicom+json'],
          [`/dicom-web/studies/${study}`, 'application/zip'],
        ] as const
        const all = Array.from({ length: readers }, async (_, n) => {
          const [path, accept] = paths[n % paths.length] ?? paths[0]
          return readSlowly(origin, path, accept, seconds, watch)
        })
        await Promise.all(all)
      })
      await server.stop()
      return { mebibytes, instances, readers, heapMebibytes, ...peaks }
    }),
}

interface LargeInstance extends Identity {
  bytes(): AsyncIterable<Uint8Array>
  /** SHA-256 of what `bytes` gave. */
  digest(): string
}

/** An instance of about `size` bytes, made as it is sent: one frame a fragment, so that it may be as long as it likes. */
function largeInstance(size: number): LargeInstance {
  const identity = { study: generateUid(), series: generateUid(), instance: generateUid() }
  const frames = Math.max(1, Math.round(size / fragmentBytes))
  const us = (value: number) => ({ vr: 'US', Value: [value] }) as const
  const transferSyntax: TransferSyntax = transferSyntaxes.JPEG2000Lossless
  const head = writePart10Buffer({
    transferSyntax,
    dataset: {
      ...identifying(identity),
      [tags.SamplesPerPixel]: us(1),
      [tags.PhotometricInterpretation]: { vr: 'CS', Value: ['MONOCHROME2'] },
      [tags.NumberOfFrames]: { vr: 'IS', Value: [frames] },
      [tags.Rows]: us(4096),
      [tags.Columns]: us(4096),
      [tags.BitsAllocated]: us(16),
      [tags.BitsStored]: us(16),
      [tags.HighBit]: us(15),
      [tags.PixelRepresentation]: us(0),
    },
  })
  const hash = createHash('sha256')
  async function* bytes(): AsyncIterable<Uint8Array> {
    for await (const piece of pieces(head, frames)) {
      hash.update(piece)
      yield piece
    }
  }
  let digest: string | undefined
  return { ...identity, bytes, digest: () => (digest ??= hash.digest('hex')) }
}

function* pieces(head: Uint8Array, frames: number): Iterable<Uint8Array> {
  yield head
  // (7FE0,0010) OB of undefined length, an empty Basic Offset Table, the fragments, and the delimiter (PS3.5 §A.4).
  yield Buffer.from('e07f10004f420000fffffffffeff00e000000000', 'hex')
  const item = Buffer.from('feff00e000000000', 'hex')
  item.writeUInt32LE(fragmentBytes, 4)
  const chunk = Buffer.alloc(MiB, 'no codestream')
  for (let frame = 0; frame < frames; frame++) {
    yield item
    for (let sent = 0; sent < fragmentBytes; sent += chunk.length) yield chunk
  }
  yield Buffer.from('feffdde000000000', 'hex')
}

async function body(origin: string, path: string, accept: string, encoding = 'identity') {
  const response = await fetch(origin + path, { headers: { accept, 'accept-encoding': encoding } })
  if (response.status !== 200 || response.body === null) throw new Error(`${path}: ${response.status}`)
  return response.body
}

/** `fetch` has taken gzip away; what is counted is how often an instance says which it is. */
async function countInstances(text: AsyncIterable<Uint8Array>): Promise<number> {
  const mark = '"00080018"'
  let count = 0
  let rest = ''
  for await (const chunk of text) {
    const pieces = (rest + Buffer.from(chunk).toString('latin1')).split(mark)
    count += pieces.length - 1
    rest = (pieces.at(-1) ?? '').slice(-mark.length + 1)
  }
  return count
}

/** Takes a little now and then for so many seconds, then leaves. */
async function readSlowly(origin: string, path: string, accept: string, seconds: number, watch: Watch): Promise<void> {
  const socket = await openConnection(origin)
  let received = 0
  socket.on('data', (chunk) => {
    received += chunk.length
  })
  socket.write(requestHead('GET', path, { accept, connection: 'close' }))
  const end = performance.now() + seconds * 1000
  while (performance.now() < end && !socket.destroyed) {
    socket.resume()
    await new Promise((resolve) => setTimeout(resolve, 2))
    socket.pause()
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  if (received === 0) watch.violated(`a slow reader of ${path} got nothing`)
  socket.destroy()
}
