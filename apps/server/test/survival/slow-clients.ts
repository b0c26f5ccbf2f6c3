import { once } from 'node:events'
import { join } from 'node:path'
import { generateUid } from '@sansfilm/dicom'
import { startArchive } from './archive-process.ts'
import { search, store, whatIsWrongWith } from './client.ts'
import { comesTrue, withFolder } from './data-folder.ts'
import { openConnection, requestHead } from './raw-connection.ts'
import type { Scenario, Watch } from './scenario.ts'
import { makeObject, type TestObject } from './test-object.ts'

const MiB = 1024 * 1024
/** Answers of normal requests, on a machine that also runs the slow clients. */
const quickMs = 2000
const idleSeconds = 4

/** Half read a series, half upload; of each half some never come to their end. */
export const slowClients: Scenario<{ clients: number; seconds: number; mebibytes: number; memoryMebibytes: number }> = {
  name: 'slow',
  title: 'slow clients are served or cut off, and hold up nobody',
  short: { clients: 200, seconds: 6, mebibytes: 24, memoryMebibytes: 256 },
  long: { clients: 400, seconds: 120, mebibytes: 64, memoryMebibytes: 320 },
  run: ({ clients, seconds, mebibytes, memoryMebibytes }, watch) =>
    withFolder(async (folder) => {
      const server = await startArchive(join(folder, 'data'), watch, ['--idle-timeout', `${idleSeconds}s`])
      const [study, series] = [generateUid(), generateUid()]
      const pixels = Buffer.alloc((mebibytes / 4) * MiB, watch.random.bytes(4096))
      const objects = Array.from({ length: 4 }, () => makeObject({ study, series, pixels }))
      for (const object of objects) await store(server.origin, [object])
      const idle = { bytes: await server.residentBytes(), descriptors: await server.descriptors() }

      const uploads = Array.from({ length: clients / 2 }, () => makeObject({ pixels: watch.random.bytes(8192) }))
      const outcomes = Promise.all([
        ...uploads.map((object, n) => drip(server.origin, object, n % 4 === 0, seconds, watch)),
        ...uploads.map((_, n) =>
          readSlowly(server.origin, `/dicom-web/studies/${study}/series/${series}`, n % 4 === 0, seconds, watch),
        ),
      ])
      const [first] = objects
      const times: number[] = []
      const end = performance.now() + seconds * 1000
      while (performance.now() < end) {
        const started = performance.now()
        await search(server.origin, 'series')
        if ((await store(server.origin, [makeObject()])).status !== 200) watch.violated('a normal store failed')
        const wrong = first && (await whatIsWrongWith(server.origin, first))
        if (wrong !== undefined) watch.violated(wrong)
        times.push((performance.now() - started) / 3)
        watch.progress(`${times.length} rounds of normal requests`)
        await sleep(100)
      }
      const all = await outcomes
      const slowest = Math.max(...times)
      if (slowest > quickMs) watch.violated(`normal requests took up to ${Math.round(slowest)} ms`)
      const grownMiB = Math.round(((await server.peakBytes()) - idle.bytes) / MiB)
      if (grownMiB > memoryMebibytes) watch.violated(`memory grew by ${grownMiB} MiB`)
      const back = await comesTrue(5000, async () => (await server.descriptors()) <= idle.descriptors + 1)
      if (!back) watch.violated(`descriptors went from ${idle.descriptors} to ${await server.descriptors()}`)
      await server.stop()
      const count = (outcome: string) => all.filter((each) => each === outcome).length
      return {
        clients,
        served: count('served'),
        cutOff: count('cut off'),
        slowestNormalMs: Math.round(slowest),
        idleMiB: Math.round(idle.bytes / MiB),
        grownMiB,
      }
    }),
}

type Fate = 'served' | 'cut off' | 'neither'

/** Uploads in a few bytes at a time; one that `stalls` stops half way. */
async function drip(
  origin: string,
  { bytes }: TestObject,
  stalls: boolean,
  seconds: number,
  watch: Watch,
): Promise<Fate> {
  const socket = await openConnection(origin)
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk) => (text += chunk))
  const closed = once(socket, 'close')
  const head = { 'content-type': 'application/dicom', 'content-length': String(bytes.length), connection: 'close' }
  socket.write(requestHead('POST', '/dicom-web/studies', head))
  const steps = seconds * 4
  for (let step = 0; step < (stalls ? steps / 2 : steps) && !socket.destroyed; step++) {
    const at = (n: number) => Math.floor((bytes.length * n) / steps)
    socket.write(bytes.subarray(at(step), at(step + 1)))
    await sleep(250)
  }
  await Promise.race([closed, sleep(4 * idleSeconds * 1000)])
  return fate('upload', stalls, text.startsWith('HTTP/1.1 200'), socket, watch)
}

/** Reads a little now and then, and the rest at once; one that `stalls` stops reading. */
async function readSlowly(origin: string, path: string, stalls: boolean, seconds: number, watch: Watch): Promise<Fate> {
  const socket = await openConnection(origin)
  let tail = ''
  socket.on('data', (chunk) => (tail = (tail + chunk.toString('latin1').slice(-200)).slice(-200)))
  const closed = once(socket, 'close')
  const accept = 'multipart/related; type="application/dicom"; transfer-syntax=*'
  socket.write(requestHead('GET', path, { accept, connection: 'close' }))
  const end = performance.now() + seconds * 1000
  while (performance.now() < end && !socket.destroyed) {
    socket.pause()
    await sleep(900)
    if (stalls) continue
    // However busy the machine is, something has been read before the next pause: this client does go on.
    const read = new Promise((resolve) => socket.once('data', resolve))
    socket.resume()
    await Promise.race([read, closed])
    await sleep(5)
  }
  // A socket that is paused does not learn that it was closed; what had arrived may be read.
  if (stalls) await sleep(2 * idleSeconds * 1000)
  socket.resume()
  await Promise.race([closed, sleep(4 * idleSeconds * 1000)])
  return fate('download', stalls, /--[^\r\n]+--\r\n(\r\n0\r\n\r\n)?$/.test(tail), socket, watch)
}

function fate(
  what: string,
  stalls: boolean,
  whole: boolean,
  socket: { readonly destroyed: boolean; destroy(): unknown },
  watch: Watch,
): Fate {
  const outcome = whole ? 'served' : socket.destroyed ? 'cut off' : 'neither'
  socket.destroy()
  if (outcome !== (stalls ? 'cut off' : 'served')) {
    watch.violated(`a slow ${what} that ${stalls ? 'stalls' : 'goes on'} was ${outcome}`)
  }
  return outcome
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
