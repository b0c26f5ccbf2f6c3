import { once } from 'node:events'
import { join } from 'node:path'
import { startArchive } from './archive-process.ts'
import { store, whatIsWrongWith } from './client.ts'
import { withFolder } from './data-folder.ts'
import { openConnection, requestHead } from './raw-connection.ts'
import type { Scenario } from './scenario.ts'
import { makeObject, sha256 } from './test-object.ts'

const MiB = 1024 * 1024

/** SIGTERM while a client uploads and another downloads, both slowly. */
export const stopping: Scenario<{ rounds: number; mebibytes: number; seconds: number }> = {
  name: 'stopping',
  title: 'SIGTERM lets a slow upload and a slow download finish',
  short: { rounds: 1, mebibytes: 24, seconds: 3 },
  long: { rounds: 10, mebibytes: 128, seconds: 9 },
  run: ({ rounds, mebibytes, seconds }, watch) =>
    withFolder(async (folder) => {
      const data = join(folder, 'data')
      let slowestMs = 0
      for (let round = 1; round <= rounds; round++) {
        const server = await startArchive(data, watch)
        const pixels = Buffer.alloc(mebibytes * MiB, watch.random.bytes(4096))
        const [down, up] = [makeObject({ pixels }), makeObject({ pixels })]
        await store(server.origin, [down])

        const upload = await openConnection(server.origin)
        const download = await openConnection(server.origin)
        const [uploaded, downloaded] = [gather(upload), gather(download)]
        const path = `/dicom-web/studies/${down.study}/series/${down.series}/instances/${down.instance}`
        download.write(requestHead('GET', path, { accept: 'application/dicom; transfer-syntax=*' }))
        await once(download, 'data')
        download.pause()
        const head = { 'content-type': 'application/dicom', 'content-length': String(up.bytes.length) }
        upload.write(requestHead('POST', '/dicom-web/studies', head))
        upload.write(up.bytes.subarray(0, MiB))
        await sleep(300)

        const stopped = server.stop()
        const steps = 10
        for (let step = 1; step <= steps; step++) {
          await sleep((seconds * 1000) / steps)
          const from = MiB + Math.floor(((up.bytes.length - MiB) * (step - 1)) / steps)
          upload.write(up.bytes.subarray(from, MiB + Math.floor(((up.bytes.length - MiB) * step) / steps)))
          // A little at a time, and all that is left in the end.
          download.resume()
          if (step < steps) setTimeout(() => download.pause(), 5)
        }
        const received = await downloaded
        const body = received.subarray(received.indexOf('\r\n\r\n') + 4)
        if (sha256(body) !== down.sha256) watch.violated(`the download ended after ${body.length} bytes`)
        const answer = String(await uploaded).split('\r\n', 1)[0]
        if (answer !== 'HTTP/1.1 200 OK') watch.violated(`the upload was answered with "${answer}"`)
        const { status, ms } = await stopped
        slowestMs = Math.max(slowestMs, ms)
        if (status !== 0 || ms > 15_000) watch.violated(`the server ended with ${status} after ${ms} ms`)

        const again = await startArchive(data, watch)
        const wrong = await whatIsWrongWith(again.origin, up)
        if (wrong !== undefined) watch.violated(`after the restart: ${wrong}`)
        await again.stop()
        watch.progress(`stopped ${round} times`)
      }
      return { rounds, slowestMs }
    }),
}

async function gather(socket: Awaited<ReturnType<typeof openConnection>>): Promise<Buffer> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await once(socket, 'close')
  return Buffer.concat(chunks)
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
