import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, expect, test } from '@jest/globals'
import { tags } from '@sansfilm/dicom'
import { httpTarget } from './http-target.ts'
import { TargetError } from './store-target.ts'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

let server: Server | undefined
const received: { readonly url: string | undefined; readonly type: string | undefined; readonly body: string }[] = []

afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  received.length = 0
})

/** A server that gives one answer after the other, the last for ever. */
async function startServer(...answers: Answer[]): Promise<URL> {
  server = createServer(async (request, response) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    const body = (await buffer(request)).toString('latin1')
    received.push({ url: request.url, type: request.headers['content-type'], body })
    answer?.(response, request)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // listening on TCP
  return new URL(`http://127.0.0.1:${port}`)
}

const stored: Answer = (response) => {
  response.setHeader('content-type', 'application/dicom+json')
  response.end(JSON.stringify({ [tags.ReferencedSOPSequence]: { vr: 'SQ', Value: [{}] } }))
}
const status =
  (code: number): Answer =>
  (response) =>
    void response.writeHead(code).end()
const hangUp: Answer = (_response, request) => void request.socket.destroy()

const retry = { attempts: 3, firstDelay: 1, longestDelay: 5 }

function store(root: URL) {
  return httpTarget(root, { retry }).store(async function* () {
    yield Buffer.from('DIC')
    yield Buffer.from('OM')
  })
}

test('sends one part of multipart/related below the service root', async () => {
  expect(await store(await startServer(stored))).toEqual({ status: 'stored' })
  const [{ url, type, body } = { url: '', type: '', body: '' }] = received
  expect(url).toBe('/dicom-web/studies')
  const [, boundary] = /^multipart\/related; type="application\/dicom"; boundary="(.+)"$/.exec(type ?? '') ?? []
  expect(body).toBe(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\nDICOM\r\n--${boundary}--\r\n`)
})

test('comes back with the whole file after 503, 429 and a lost connection', async () => {
  expect(await store(await startServer(status(503), hangUp, stored))).toEqual({ status: 'stored' })
  expect(received.map(({ body }) => body.includes('DICOM'))).toEqual([true, true, true])
})

test('gives up after so many attempts, and at once where the next file would fare no better', async () => {
  await expect(store(await startServer(status(429)))).rejects.toThrow(TargetError)
  expect(received).toHaveLength(3)
  server?.close()
  received.length = 0
  await expect(store(await startServer(status(401)))).rejects.toThrow('it wants credentials')
  expect(received).toHaveLength(1)
})

test('passes on what the file itself throws', async () => {
  const root = await startServer(stored)
  const failing = httpTarget(root, { retry }).store(async function* () {
    yield Buffer.from('D')
    throw new RangeError('the disk')
  })
  await expect(failing).rejects.toThrow('the disk')
})
