import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sopClasses, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { imageDataset, one } from './support/image-dataset.ts'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

/*
 * Memory that an answer was read into is used for the next one when the system has taken it over. Readers of all kinds at
 * the same time must get their own bytes all the same.
 */

let archive: TestArchive
const frames = new Map<string, string>()
const series = '/studies/2.25.700/series/2.25.701'

beforeAll(async () => {
  archive = await startTestArchive()
  const objects = Array.from({ length: 8 }, (_, n) => {
    const [rows, columns] = [512 + n * 100, 640]
    const instance = `2.25.71${n}`
    const pixels = randomBytes(rows * columns * 2)
    frames.set(`${series}/instances/${instance}/frames/1`, digestOf(pixels))
    return writePart10Buffer({
      transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
      dataset: {
        ...imageDataset({ instance, rows, columns, bits: 16 }),
        [tags.SOPClassUID]: one('UI', sopClasses.SecondaryCaptureImageStorage.uid),
        [tags.PixelData]: { vr: 'OW', InlineBinary: pixels.toString('base64') },
      },
    })
  })
  expect((await postParts(archive, dicomParts(...objects))).status).toBe(200)
})
afterAll(() => archive.close())

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Reads an answer's body off a bare connection, as fast or slowly as `pace` lets it; ends early when that says so. */
async function readBody(path: string, accept: string, pace: (received: number) => Promise<boolean>): Promise<string> {
  const { hostname, port, pathname } = new URL(archive.root + path)
  const socket = connect(Number(port), hostname)
  socket.write(`GET ${pathname} HTTP/1.1\r\nHost: a\r\nAccept: ${accept}\r\nConnection: close\r\n\r\n`)
  const chunks: Buffer[] = []
  let received = 0
  for await (const chunk of socket) {
    chunks.push(chunk)
    received += chunk.length
    if (await pace(received)) {
      socket.destroy()
      return 'left'
    }
  }
  const whole = Buffer.concat(chunks)
  return digestOf(whole.subarray(whole.indexOf('\r\n\r\n') + 4))
}

const fast = async () => false
const slow = async () => sleep(2).then(() => false)
const leaving = (after: number) => async (received: number) => received > after

test('fast, slow, and leaving readers get the bytes of what they asked for', async () => {
  const single = 'application/octet-stream; transfer-syntax=*'
  const whole = 'multipart/related; type="application/dicom"; transfer-syntax=*'
  const expected = await readBody(series, whole, fast)
  const paths = [...frames.keys()]
  const wrong: string[] = []
  let compared = 0
  await Promise.all(
    Array.from({ length: 24 }, async (_, n) => {
      for (let round = 0; round < 6; round++) {
        const pace = [fast, slow, leaving(200_000 * (round + 1)), fast][n % 4] ?? fast
        const path = n % 5 === 0 ? series : (paths[(n + round) % paths.length] ?? '')
        const digest = await readBody(path, path === series ? whole : single, pace)
        if (digest === 'left') continue
        compared++
        if (digest !== (path === series ? expected : frames.get(path))) wrong.push(`${path} to reader ${n}`)
      }
    }),
  )
  expect(wrong).toEqual([])
  expect(compared).toBeGreaterThan(100)
})
