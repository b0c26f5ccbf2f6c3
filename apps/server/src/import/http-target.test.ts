import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from '@jest/globals'
import { tags } from '@sansfilm/dicom'
import { httpTarget } from './http-target.ts'
import { TargetError } from './store-target.ts'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

const servers: Server[] = []
const received: {
  readonly url: string | undefined
  readonly type: string | undefined
  readonly body: string
  readonly length: string | undefined
}[] = []

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
  received.length = 0
})

/** A server that gives one answer after the other, the last for ever. */
async function startServer(...answers: Answer[]): Promise<URL> {
  const server = createServer(async (request, response) => {
    const answer = answers.length > 1 ? answers.shift() : answers[0]
    const body = (await buffer(request)).toString('latin1')
    const { 'content-type': type, 'content-length': length } = request.headers
    received.push({ url: request.url, type, body, length })
    answer?.(response, request)
  }).listen(0, '127.0.0.1')
  servers.push(server)
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

describe('together', () => {
  const objects = ['2.25.1', '2.25.2', '2.25.3'].map((instance) => ({ instance, bytes: Buffer.from(instance) }))
  const answer =
    (code: number, module: object, headers: Record<string, string> = {}): Answer =>
    (response) =>
      void response
        .writeHead(code, { 'content-type': 'application/dicom+json', ...headers })
        .end(JSON.stringify(module))
  const sequence = (...instances: string[]) => ({
    vr: 'SQ',
    Value: instances.map((uid) => ({
      [tags.ReferencedSOPInstanceUID]: { vr: 'UI', Value: [uid] },
      [tags.FailureReason]: { vr: 'US', Value: [0x0110] },
    })),
  })
  const storeThree = async (...answers: Answer[]) =>
    httpTarget(await startServer(...answers), { retry }).storeTogether?.(objects)

  test('sends one request of known length, and takes 200 for all', async () => {
    expect(await storeThree(answer(200, { [tags.ReferencedSOPSequence]: sequence('2.25.1') }))).toEqual(
      Array(3).fill({ status: 'stored' }),
    )
    expect(received).toHaveLength(1)
    const [{ type, body, length } = { type: '', body: '', length: '' }] = received
    const [, boundary] = /boundary="(.+)"$/.exec(type ?? '') ?? []
    const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`
    expect(body).toBe(`${objects.map(({ instance }) => `${head}${instance}\r\n`).join('')}--${boundary}--\r\n`)
    expect(Number(length)).toBe(body.length)
  })

  test('tells those that were refused from those that were stored, and leaves open what is not named', async () => {
    const module = {
      [tags.ReferencedSOPSequence]: sequence('2.25.1'),
      [tags.FailedSOPSequence]: sequence('2.25.2'),
      [tags.OtherFailuresSequence]: { vr: 'SQ', Value: [{}] },
    }
    expect(await storeThree(answer(202, module))).toEqual([
      { status: 'stored' },
      { status: 'refused', reason: 'Refused with failure reason 0110H' },
      undefined,
    ])
  })

  test('counts what was stored already', async () => {
    const warning = '299 sansfilm: "2 of 3 instances were stored already"'
    const verdicts = await storeThree(answer(200, {}, { warning }))
    expect(verdicts?.map((verdict) => verdict?.status).sort()).toEqual(['already-stored', 'already-stored', 'stored'])
  })

  test('comes back with all after 503 and a lost connection', async () => {
    expect(await storeThree(status(503), hangUp, answer(200, {}))).toEqual(Array(3).fill({ status: 'stored' }))
    expect(received.map(({ body }) => body.length)).toEqual(Array(3).fill(received[0]?.body.length))
  })

  test('leaves everything open that is refused as a whole, and sends one by one to who takes no large requests', async () => {
    expect(await storeThree(status(500))).toEqual([])
    const target = httpTarget(await startServer(status(413)), { retry })
    expect(await target.storeTogether?.(objects)).toEqual([])
    received.length = 0
    expect(await target.storeTogether?.(objects)).toEqual([])
    expect(received).toHaveLength(0)
  })

  test('ends at once when it is given up', async () => {
    const stop = new AbortController()
    const target = httpTarget(await startServer(() => stop.abort(new Error('enough'))), { retry })
    await expect(target.storeTogether?.(objects, stop.signal)).rejects.toThrow()
    expect(received).toHaveLength(1)
  })
})

test('a service that has moved is the same for every file', async () => {
  await expect(store(await startServer(status(308)))).rejects.toThrow('it is at another address')
})
