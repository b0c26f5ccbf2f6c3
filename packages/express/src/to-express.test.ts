import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { DicomwebRequest, DicomwebResponse } from '@sansfilm/core'
import { send, until } from '@sansfilm/node/testing'
import express, { type ErrorRequestHandler } from 'express'
import { type ExpressOptions, toExpress } from './to-express.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** Serves `handle` at /dicom-web. */
async function serve(
  handle: (request: DicomwebRequest) => Promise<DicomwebResponse>,
  { trustProxy = false, ...options }: ExpressOptions & { trustProxy?: boolean } = {},
): Promise<number> {
  const dicomweb = { handle, reuse: () => undefined }
  const app = express().set('trust proxy', trustProxy)
  app.use('/dicom-web', toExpress(dicomweb, options))
  app.get('/other', (_, response) => void response.send('other'))
  server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port // a TCP server has an address of this form
}

const empty: DicomwebResponse = { status: 204, headers: {}, body: null }

describe('a request', () => {
  test('comes with its path below the mount, its query as it was, and merged header fields', async () => {
    const seen: DicomwebRequest[] = []
    const port = await serve(async (request) => {
      seen.push(request)
      return empty
    })
    const socket = await send(
      port,
      'GET /dicom-web/studies/1%2F2?PatientName=a%20b+c HTTP/1.1\r\nHost: pacs.example:8042\r\n' +
        'Accept: a/a\r\nACCEPT: b/b\r\nIf-None-Match: "a"\r\nIf-None-Match: "b"\r\nX-Request-Id: r1\r\n\r\n',
    )
    await until(() => socket.received().includes('204'))
    expect(seen[0]).toMatchObject({
      method: 'GET',
      url: '/studies/1%2F2?PatientName=a%20b+c',
      serviceRoot: 'http://pacs.example:8042/dicom-web',
      headers: { accept: 'a/a, b/b', 'if-none-match': '"a", "b"' },
      body: null,
      requestId: 'r1',
    })
  })

  test.each(['HTTP/1.0\r\n\r\n', 'HTTP/1.1\r\nHost: a"b\r\n\r\n'])(
    'has a service root even without a proper Host',
    async (rest) => {
      const seen: string[] = []
      const port = await serve(async ({ serviceRoot }) => {
        seen.push(serviceRoot)
        return empty
      })
      const socket = await send(port, `GET /dicom-web ${rest}`)
      await until(() => socket.received().includes('204'))
      expect(seen).toEqual(['http://localhost/dicom-web'])
    },
  )

  test.each<[what: string, options: ExpressOptions & { trustProxy?: boolean }, root: string]>([
    ['is not told by strangers', {}, 'http://a.example/dicom-web'],
    ['is told by a proxy that is trusted', { trustProxy: true }, 'https://pacs.example/dicom-web'],
    ['is told by the option', { publicUrl: 'https://b.example/x/' }, 'https://b.example/x'],
  ])('has a service root that %s', async (_, options, root) => {
    const seen: string[] = []
    const port = await serve(async ({ serviceRoot }) => {
      seen.push(serviceRoot)
      return empty
    }, options)
    const socket = await send(
      port,
      'GET /dicom-web HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: pacs.example\r\n\r\n',
    )
    await until(() => socket.received().includes('204'))
    expect(seen).toEqual([root])
  })
})

describe('an answer', () => {
  test('has its status, header fields and buffer, and no X-Powered-By', async () => {
    const port = await serve(async () => ({
      status: 206,
      headers: { 'content-type': 'application/octet-stream', 'content-length': '4', etag: '"a"' },
      body: Buffer.from('DICM'),
    }))
    const response = await fetch(`http://127.0.0.1:${port}/dicom-web/`)
    expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([206, '"a"', 'DICM'])
    expect(response.headers.get('x-powered-by')).toBeNull()
  })
})

test('other routes of the application are left alone', async () => {
  const port = await serve(async () => empty)
  expect(await (await fetch(`http://127.0.0.1:${port}/other`)).text()).toBe('other')
})

test('a failure to say who asks goes to the application', async () => {
  const contextOf = () => {
    throw new Error('no account')
  }
  const app = express()
  app.use(toExpress({ handle: async () => empty, reuse: () => undefined }, { contextOf }))
  app.use(((error: Error, _request, response, _next) => void response.send(error.message)) as ErrorRequestHandler)
  server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe('no account')
})
