import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { afterEach, describe, expect, test } from '@jest/globals'
import type { Dicomweb, DicomwebRequest, DicomwebResponse } from '@sansfilm/core'
import { send, until } from './testing/raw-client.ts'
import { type NodeOptions, toNode } from './to-node.ts'

let server: Server | undefined
const reused: Uint8Array[] = []

afterEach(() => {
  reused.length = 0
  server?.closeAllConnections()
  server?.close()
})

/** Serves `handle` at /dicom-web, and `other` elsewhere. */
async function serve(
  handle: (request: DicomwebRequest) => Promise<DicomwebResponse>,
  options: NodeOptions = {},
): Promise<number> {
  const dicomweb = { handle, reuse: (piece) => void reused.push(piece) } as Dicomweb // the wrapper uses nothing else of it
  const listen = toNode(dicomweb, { mountPath: '/dicom-web', ...options })
  server = createServer((request, response) =>
    listen(request, response, (error) => response.end(error === undefined ? 'other' : `failed: ${error}`)),
  ).listen(0, '127.0.0.1')
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

  test.each<[what: string, options: NodeOptions, root: string]>([
    ['is not told by strangers', {}, 'http://a.example/dicom-web'],
    [
      'is told by a proxy that is trusted',
      { trustsProxy: (address) => address === '127.0.0.1' },
      'https://pacs.example/dicom-web',
    ],
    ['is told by the option', { publicUrl: 'https://b.example/x/' }, 'https://b.example/x'],
  ])('has a service root that %s', async (_, options, root) => {
    const seen: string[] = []
    const port = await serve(async ({ serviceRoot }) => {
      seen.push(serviceRoot)
      return empty
    }, options)
    const socket = await send(
      port,
      'GET /dicom-web HTTP/1.1\r\nHost: a.example\r\nX-Forwarded-Proto: https, http\r\nX-Forwarded-Host: pacs.example, inner\r\n\r\n',
    )
    await until(() => socket.received().includes('204'))
    expect(seen).toEqual([root])
  })

  test.each([
    ['/dicom-web', '/'],
    ['/dicom-web/', '/'],
    ['/dicom-web?a=b', '/?a=b'],
    ['/dicom-web//studies', '//studies'],
    ['http://pacs.example/dicom-web/studies?a=/b', '/studies?a=/b'],
    ['/dicom-webs/studies', undefined],
    ['/', undefined],
    ['/other?/dicom-web', undefined],
    ['*', undefined],
  ])('for %s is one for %s', async (target, url) => {
    const seen: string[] = []
    const port = await serve(async (request) => {
      seen.push(request.url)
      return empty
    })
    const socket = await send(port, `OPTIONS ${target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`)
    await once(socket, 'close')
    expect(seen).toEqual(url === undefined ? [] : [url])
    expect(socket.received()).toMatch(url === undefined ? /other$/ : /^HTTP\/1.1 204 /)
  })

  test('is not answered by the service where the application fails to say who asks', async () => {
    const contextOf = () => {
      throw new Error('no account')
    }
    const port = await serve(async () => empty, { contextOf })
    expect(await (await fetch(`http://127.0.0.1:${port}/dicom-web/`)).text()).toBe('failed: Error: no account')
  })

  test('streams its payload, chunked and after 100 Continue', async () => {
    const received: string[] = []
    const port = await serve(async ({ body }) => {
      for await (const chunk of body ?? []) received.push(String(chunk))
      return empty
    })
    const socket = await send(
      port,
      'POST /dicom-web/studies HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n',
    )
    await until(() => socket.received().includes('100 Continue'))
    socket.write('5\r\nfirst\r\n')
    await until(() => received.length === 1)
    socket.write('6\r\nsecond\r\n0\r\n\r\n')
    await until(() => socket.received().includes('204'))
    expect(received).toEqual(['first', 'second'])
  })

  test('can be refused before its payload is read, over the same connection', async () => {
    const port = await serve(async ({ body }) => {
      for await (const _ of body ?? []) break
      return { status: 413, headers: { 'content-length': '0' }, body: null }
    })
    const payload = 'x'.repeat(1_000_000)
    const post = `POST /dicom-web/studies HTTP/1.1\r\nHost: a\r\nContent-Length: ${payload.length}\r\n\r\n${payload}`
    const socket = await send(port, post + post)
    await until(() => socket.received().split('HTTP/1.1 413').length === 3)
  })

  test('aborts its signal and its payload when the client leaves', async () => {
    const seen: unknown[] = []
    const port = await serve(async ({ body, signal }) => {
      try {
        for await (const _ of body ?? []) seen.push('chunk')
      } catch {
        seen.push('failed', signal?.aborted)
      }
      return empty
    })
    const socket = await send(port, 'POST /dicom-web/studies HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nx')
    await until(() => seen.length === 1)
    socket.destroy()
    await until(() => seen.length === 3)
    expect(seen).toEqual(['chunk', 'failed', true])
  })
})

describe('an answer', () => {
  test('has its status, header fields and buffer', async () => {
    const port = await serve(async () => ({
      status: 206,
      headers: { 'content-type': 'application/octet-stream', 'content-length': '4', etag: '"a"' },
      body: Buffer.from('DICM'),
    }))
    const response = await fetch(`http://127.0.0.1:${port}/dicom-web/`)
    expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([206, '"a"', 'DICM'])
  })

  test('is pulled as fast as the client reads, and released when it leaves', async () => {
    const state = { pulls: 0, released: false }
    async function* body(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          state.pulls++
          yield Buffer.alloc(65_536)
        }
      } finally {
        state.released = true
      }
    }
    const port = await serve(async () => ({ status: 200, headers: {}, body: body() }))
    const socket = await send(port, 'GET /dicom-web/ HTTP/1.1\r\nHost: a\r\n\r\n')
    socket.pause()
    await until(() => state.pulls > 1)
    await new Promise((resolve) => setTimeout(resolve, 200))
    const stalled = state.pulls
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(state.pulls).toBe(stalled)
    expect(state.released).toBe(false)
    socket.destroy()
    await until(() => state.released)
  })

  test('gives back every piece when it is out, and none that was on its way when the client left', async () => {
    const pieces = Array.from({ length: 40 }, (_, n) => Buffer.alloc(500_000, n))
    const port = await serve(async ({ url }) => ({
      status: 200,
      headers: url === '/told' ? { 'content-length': '20000000' } : {},
      body: url === '/one' ? (pieces[0] as Buffer) : Readable.from(pieces),
    }))
    const root = `http://127.0.0.1:${port}/dicom-web`
    await (await fetch(`${root}/one`)).arrayBuffer()
    expect(reused).toEqual(pieces.slice(0, 1))
    await (await fetch(root)).arrayBuffer()
    await (await fetch(`${root}/told`)).arrayBuffer()
    expect(reused).toEqual([pieces[0], ...pieces, ...pieces])
    const socket = await send(port, 'GET /dicom-web HTTP/1.1\r\nHost: a\r\n\r\n')
    socket.pause()
    await new Promise((resolve) => setTimeout(resolve, 100))
    const before = reused.length
    socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(reused.length - before).toBe(0)
    expect(before).toBeLessThan(1 + 3 * pieces.length)
  })

  test('that fails on its way closes the connection, so that nobody takes it for whole', async () => {
    async function* body(): AsyncGenerator<Uint8Array> {
      yield Buffer.from('some')
      throw new Error('disk')
    }
    const port = await serve(async () => ({ status: 200, headers: {}, body: body() }))
    const answer = fetch(`http://127.0.0.1:${port}/dicom-web/`)
    await expect(answer.then((response) => response.text())).rejects.toThrow()
  })

  test('that comes too late is released unread', async () => {
    let released = false
    let answer = (_: DicomwebResponse): void => undefined
    let asked = false
    const port = await serve(({ signal }) => {
      asked = true
      return new Promise((resolve) => {
        answer = resolve
        signal?.addEventListener('abort', () => (asked = false))
      })
    })
    const socket = await send(port, 'GET /dicom-web/ HTTP/1.1\r\nHost: a\r\n\r\n')
    await until(() => asked)
    socket.destroy()
    await until(() => !asked)
    const iterator: AsyncIterator<Uint8Array> = {
      next: () => Promise.reject(new Error('read')),
      return: async () => {
        released = true
        return { done: true, value: undefined }
      },
    }
    answer({ status: 200, headers: {}, body: { [Symbol.asyncIterator]: () => iterator } })
    await until(() => released)
  })
})

test('without an application beside it, what is not for the service is answered too', async () => {
  const dicomweb = { handle: async () => empty, reuse: () => undefined }
  const contextOf: NodeOptions['contextOf'] = ({ headers }) => {
    if (headers.authorization === undefined) throw new Error('no account')
    return {}
  }
  server = createServer(toNode(dicomweb, { mountPath: '/a/', contextOf })).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const status = async (path: string, headers = {}) =>
    (await fetch(`http://127.0.0.1:${port}${path}`, { headers })).status
  expect(await status('/b')).toBe(404)
  expect(await status('/a/studies')).toBe(500)
  expect(await status('/a/studies', { authorization: 'Bearer anna' })).toBe(204)
})
