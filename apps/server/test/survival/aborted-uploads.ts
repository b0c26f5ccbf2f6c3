import { once } from 'node:events'
import { join } from 'node:path'
import { sopClasses, tags, transferSyntaxes } from '@sansfilm/dicom'
import { startArchive } from './archive-process.ts'
import { multipart, multipartOf, search, store } from './client.ts'
import { archiveFiles, comesTrue, sweepAll, withFolder } from './data-folder.ts'
import { openConnection, requestHead } from './raw-connection.ts'
import type { Scenario, Watch } from './scenario.ts'
import { identifying, makeObject, type TestObject } from './test-object.ts'

/** An upload that will not come to its end. */
interface Upload {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Nothing is complete before this byte. */
  readonly incompleteBefore: number
}

/** Clients that go away in the middle of an upload, many at a time. */
export const abortedUploads: Scenario<{ uploads: number; atOnce: number; kibibytes: number }> = {
  name: 'aborted',
  title: 'aborted uploads leave nothing visible and nothing behind',
  short: { uploads: 200, atOnce: 50, kibibytes: 512 },
  long: { uploads: 5000, atOnce: 200, kibibytes: 4096 },
  run: ({ uploads, atOnce, kibibytes }, watch) =>
    withFolder(async (folder) => {
      const data = join(folder, 'data')
      const server = await startArchive(data, watch)
      const descriptors = await server.descriptors()
      let started = 0
      const client = async () => {
        while (started < uploads) {
          const make = [onePart, manyParts, metadataAndBulkdata][started++ % 3] ?? onePart
          await abort(server.origin, make(kibibytes * 1024, watch), watch)
          watch.progress(`${started} uploads aborted`)
        }
      }
      await Promise.all(Array.from({ length: atOnce }, client))

      let left = ''
      const clean = await comesTrue(10_000, async () => {
        const { objects, incoming } = await archiveFiles(data)
        left = `${objects.length} objects and ${incoming.length} unfinished files`
        return objects.length + incoming.length === 0
      })
      if (!clean) watch.violated(`aborted uploads left ${left}`)
      const found = (await search(server.origin, 'instances')).length
      if (found > 0) watch.violated(`aborted uploads made ${found} instances visible`)
      const closed = await comesTrue(5000, async () => (await server.descriptors()) <= descriptors + 1)
      if (!closed) watch.violated(`descriptors went from ${descriptors} to ${await server.descriptors()}`)
      const { status } = await store(server.origin, [makeObject()])
      if (status !== 200) watch.violated(`a store after all that was answered with ${status}`)
      const peakMiB = Math.round((await server.peakBytes()) / 2 ** 20)
      await server.stop()
      const { unfinished, removed } = await sweepAll(data)
      if (unfinished + removed > 0) watch.violated(`the sweep found ${unfinished + removed} files to remove`)
      return { uploads, peakMiB }
    }),
}

/** Sends a request up to a random byte, waits a moment or not, and breaks the connection. */
async function abort(origin: string, { headers, body, incompleteBefore }: Upload, { random }: Watch): Promise<void> {
  const socket = await openConnection(origin)
  const closed = once(socket, 'close')
  // Nobody reads an answer that may come: unread bytes make the break a reset.
  socket.pause()
  const cut = random.next() < 0.1 ? random.below(200) : random.below(incompleteBefore)
  socket.write(requestHead('POST', '/dicom-web/studies', { ...headers, 'content-length': String(body.length) }))
  socket.write(body.subarray(0, cut))
  if (random.next() < 0.7) await new Promise((resolve) => setTimeout(resolve, random.below(60)))
  if (random.next() < 0.5) socket.resetAndDestroy()
  else socket.destroy()
  await closed
}

function large(bytes: number, { random }: Watch): TestObject {
  return makeObject({ pixels: Buffer.alloc(bytes, random.bytes(4096)) })
}

function onePart(bytes: number, watch: Watch): Upload {
  const { bytes: body } = large(bytes, watch)
  return { headers: { 'content-type': 'application/dicom' }, body, incompleteBefore: body.length }
}

/** Several instances, of which even the first does not arrive whole: what is whole is stored, whatever comes later. */
function manyParts(bytes: number, watch: Watch): Upload {
  const first = large(bytes, watch)
  const payload = multipartOf([first, large(1024, watch), large(1024, watch)])
  return { ...payload, incompleteBefore: first.bytes.length }
}

function metadataAndBulkdata(bytes: number, watch: Watch): Upload {
  const object = makeObject()
  const attribute = (value: number | string, vr: 'US' | 'CS') => ({ vr, Value: [value] })
  const model = {
    ...identifying(object),
    [tags.SOPClassUID]: { vr: 'UI' as const, Value: [sopClasses.SecondaryCaptureImageStorage.uid] },
    [tags.AvailableTransferSyntaxUID]: { vr: 'UI' as const, Value: [transferSyntaxes.ExplicitVRLittleEndian.uid] },
    [tags.SamplesPerPixel]: attribute(1, 'US'),
    [tags.PhotometricInterpretation]: attribute('MONOCHROME2', 'CS'),
    [tags.Rows]: attribute(bytes / 512, 'US'),
    [tags.Columns]: attribute(256, 'US'),
    [tags.BitsAllocated]: attribute(16, 'US'),
    [tags.BitsStored]: attribute(16, 'US'),
    [tags.HighBit]: attribute(15, 'US'),
    [tags.PixelRepresentation]: attribute(0, 'US'),
    [tags.PixelData]: { vr: 'OW' as const, BulkDataURI: 'pixels' },
  }
  const payload = multipart('application/dicom+json', [
    { headers: { 'Content-Type': 'application/dicom+json' }, body: Buffer.from(JSON.stringify([model])) },
    {
      headers: { 'Content-Type': 'application/octet-stream', 'Content-Location': 'pixels' },
      body: Buffer.alloc(bytes, watch.random.bytes(512)),
    },
  ])
  return { ...payload, incompleteBefore: payload.body.length - 100 }
}
