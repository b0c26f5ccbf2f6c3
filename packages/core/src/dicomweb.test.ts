import { describe, expect, test } from '@jest/globals'
import { tags, transferSyntaxes } from '@sansfilm/dicom'
import type { InstanceIndex, InstanceStorage, Renderer } from './adapters/index.ts'
import { createDicomweb, type Dicomweb } from './dicomweb.ts'
import { toFetch } from './fetch.ts'
import type { DicomwebRequest } from './http/message.ts'
import type { DicomwebOptions } from './options.ts'

/** No request of these tests gets as far as an adapter, but for those that are to fail there. */
const failing = (message: string): never =>
  new Proxy(
    {},
    {
      get: () => () => {
        throw new Error(message)
      },
    },
  ) as never // an adapter that fails whatever is called

const storage: InstanceStorage = failing('storage was asked')
const index: InstanceIndex = failing('index was asked')

function serve(options: Partial<DicomwebOptions> = {}): Dicomweb & { readonly bugs: unknown[] } {
  const bugs: unknown[] = []
  return { ...createDicomweb({ storage, index, reportBug: (bug) => bugs.push(bug), ...options }), bugs }
}

const ask = (method: string, url: string, headers: Record<string, string> = {}): DicomwebRequest => ({
  method,
  url,
  headers,
  serviceRoot: 'https://pacs.example/dicom-web',
  body: null,
})

describe('createDicomweb', () => {
  test('gives every answer CORS, nosniff, CORP, Vary, a length and a request id', async () => {
    const { headers, status } = await serve().handle(ask('GET', '/nothing', { origin: 'https://viewer.example' }))
    expect(status).toBe(404)
    expect(headers).toMatchObject({
      'access-control-allow-origin': '*',
      'cross-origin-resource-policy': 'cross-origin',
      'x-content-type-options': 'nosniff',
      vary: 'Accept',
      'content-length': expect.stringMatching(/^\d+$/),
      'x-request-id': expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    for (const name of [
      'Content-Range',
      'Content-Length',
      'ETag',
      'Warning',
      'Content-Location',
      'Link',
      'Repr-Digest',
    ])
      expect(headers['access-control-expose-headers']?.split(', ')).toContain(name)
  })

  test('answers a preflight, whatever the resource', async () => {
    const { status, headers, body } = await serve().handle(
      ask('OPTIONS', '/studies', { origin: 'https://viewer.example', 'access-control-request-method': 'POST' }),
    )
    expect([status, body, headers['access-control-max-age']]).toEqual([204, null, '7200'])
    expect(headers['access-control-allow-methods']).toContain('POST')
    for (const name of ['Authorization', 'Range', 'If-None-Match'])
      expect(headers['access-control-allow-headers']?.split(', ')).toContain(name)
  })

  test('lets only the origins of a list read, and says that answers vary', async () => {
    const dicomweb = serve({ origins: ['https://viewer.example'] })
    const listed = await dicomweb.handle(ask('GET', '/', { origin: 'https://viewer.example' }))
    expect(listed.headers).toMatchObject({
      'access-control-allow-origin': 'https://viewer.example',
      'access-control-allow-credentials': 'true',
      vary: 'Accept, Origin',
    })
    const other = await dicomweb.handle(ask('GET', '/', { origin: 'https://evil.example' }))
    expect(other.headers['access-control-allow-origin']).toBeUndefined()
    expect(other.headers.vary).toBe('Accept, Origin')
  })

  test('refuses a URL that is too long', async () => {
    const { status } = await serve().handle(ask('GET', `/studies?x=${'x'.repeat(16_384)}`))
    expect(status).toBe(414)
  })

  test('keeps partitions apart', async () => {
    const dicomweb = serve({ partitions: ['default', 'north'] })
    const statusOf = async (url: string, given = {}) => (await dicomweb.handle(ask('OPTIONS', url), given)).status
    expect(await statusOf('/partitions/north/studies')).toBe(200)
    expect(await statusOf('/partitions/south/studies')).toBe(404)
    expect(await statusOf('/studies', { partition: 'north' })).toBe(200)
    expect(await statusOf('/partitions/default/studies', { partition: 'north' })).toBe(404)
    expect((await serve({ partitions: ['north'] }).handle(ask('OPTIONS', '/studies'))).status).toBe(404)
  })

  test('refuses to store and delete where the deployment says so', async () => {
    const reason = async (options: Partial<DicomwebOptions>, method: string) => {
      const { status, body } = await serve(options).handle(ask(method, '/studies/1.2'))
      return [status, JSON.parse(String(body)).detail]
    }
    expect(await reason({ readOnly: true }, 'POST')).toEqual([405, 'This server is read-only.'])
    expect(await reason({ readOnly: true }, 'DELETE')).toEqual([405, 'This server is read-only.'])
    expect(await reason({ allowDelete: false }, 'DELETE')).toEqual([405, 'Deletion is switched off on this server.'])
  })

  test('describes what the deployment offers, in the form that is accepted', async () => {
    const capabilities = async (options: Partial<DicomwebOptions>, accept: string) => {
      const { status, headers, body } = await serve(options).handle(ask('OPTIONS', '/', { accept }))
      return { status, type: headers['content-type'], text: String(body) }
    }
    const xml = await capabilities({}, '*/*')
    expect([xml.status, xml.type]).toEqual([200, 'application/vnd.sun.wadl+xml'])
    expect(xml.text).toContain('<method name="POST"')
    expect(xml.text).not.toContain('thumbnail')
    expect((await capabilities({ renderer: {} as Renderer }, '*/*')).text).toContain('thumbnail')
    expect((await capabilities({ readOnly: true }, '*/*')).text).not.toContain('<method name="POST"')
    expect((await capabilities({}, 'application/json')).type).toBe('application/json')
    expect((await capabilities({}, 'text/html')).status).toBe(406)
  })

  test('reports a bug with its context, and answers 500 without its message', async () => {
    const bugs: unknown[] = []
    const dicomweb = serve({
      authorize: () => {
        throw new Error('secret')
      },
      reportBug: (error, context) => bugs.push([String(error), context?.requestId]),
    })
    const { status, body } = await dicomweb.handle({ ...ask('GET', '/studies'), requestId: 'r1' })
    expect([status, bugs]).toEqual([500, [['Error: secret', 'r1']]])
    expect(String(body)).not.toContain('secret')
  })

  test('tells of options that cannot be used', () => {
    const create = (options: object) => () => serve(options)
    expect(create({ storage: undefined })).toThrow('needs the option storage')
    expect(create({ partitions: [] })).toThrow('at least one')
    expect(create({ partitions: ['A/b'] })).toThrow('partition name A/b')
    expect(create({ partitions: ['a', 'a'] })).toThrow('repeat')
    expect(create({ limits: { maxPart: 1 } })).toThrow('no limit maxPart')
    expect(create({ limits: { maxParts: -1 } })).toThrow('maxParts must be')
    expect(create({ origins: ['https://a.example/'] })).toThrow('scheme, host and port')
    expect(create({ onConflict: 'ask' })).toThrow('onConflict')
  })

  test('an instance that is deleted while its study is sent breaks the body off, and is no bug', async () => {
    const stored = {
      ...{ partition: 'default', study: '1.2', series: '1.3', instance: '1.4', sopClass: '1.5' },
      transferSyntax: transferSyntaxes.ExplicitVRLittleEndian.uid,
      ...{ digest: 'd', storedAt: new Date(0), location: { key: 'k', offset: 0, length: 100 } },
    }
    const pixelData = { tag: tags.PixelData, vr: 'OW', offset: 0, length: 50, frames: 1, frameBits: 400 }
    // The study is surveyed and its payload measured; then the instance goes.
    let lookUps = 0
    const going = {
      async *instances() {
        yield stored
      },
      frames: async () => (++lookUps > 1 ? undefined : { stored, pixelData, blocks: new Map() }),
    } as Partial<InstanceIndex> as InstanceIndex // no more of it is asked
    const { handle, bugs } = serve({ index: going })
    const { status, headers, body } = await handle(ask('GET', '/studies/1.2/pixeldata'))
    expect([status, headers['accept-ranges']]).toEqual([200, 'bytes'])
    const pulled = async () => {
      for await (const _ of body as AsyncIterable<Uint8Array>);
    }
    await expect(pulled()).rejects.toMatchObject({ code: 'unavailable' })
    expect(bugs).toEqual([])
  })

  test('a listener that throws is reported and stops nobody', () => {
    const seen: string[] = []
    const dicomweb = serve({
      listeners: [
        () => {
          throw new Error('listener')
        },
        (event) => seen.push(event.type),
      ],
    })
    const context = { partition: 'default', caller: { id: 'a' }, requestId: 'r' }
    dicomweb.backend.emit({ type: 'searched', level: 'study', target: {}, context, at: new Date() })
    expect([seen, dicomweb.bugs]).toEqual([['searched'], [new Error('listener')]])
  })
})

describe('toFetch', () => {
  const handle = toFetch(serve(), { mountPath: '/dicom-web' })

  test('takes the mount path off, and keeps to it', async () => {
    expect((await handle(new Request('http://a.example/dicom-webs/studies', { method: 'OPTIONS' }))).status).toBe(404)
    const answer = await handle(
      new Request('http://a.example/dicom-web/studies', { method: 'OPTIONS', headers: { accept: 'application/json' } }),
    )
    expect(await answer.json()).toMatchObject({ application: { resources: { '@base': 'http://a.example/dicom-web' } } })
  })

  test('streams the answer as it is read, and releases it when the reader leaves', async () => {
    const state = { pulls: 0, released: false }
    async function* body() {
      try {
        for (;;) {
          state.pulls++
          yield Buffer.alloc(1000)
        }
      } finally {
        state.released = true
      }
    }
    const streaming = toFetch({ ...serve(), handle: async () => ({ status: 200, headers: {}, body: body() }) })
    const reader = (await streaming(new Request('http://a.example/'))).body?.getReader()
    await reader?.read()
    expect(state.pulls).toBeLessThan(4)
    await reader?.cancel()
    expect(state.released).toBe(true)
  })

  test('hands the payload on as it comes', async () => {
    const received: string[] = []
    const receiving = toFetch({
      ...serve(),
      handle: async ({ body }) => {
        for await (const chunk of body ?? []) received.push(String(Buffer.from(chunk)))
        return { status: 200, headers: {}, body: null }
      },
    })
    await receiving(new Request('http://a.example/', { method: 'POST', body: 'payload' }))
    expect(received.join('')).toBe('payload')
  })
})

describe('who observes', () => {
  const observing = () => {
    const seen: unknown[] = []
    const dicomweb = serve({
      observe: async (request, answer) => {
        const response = await answer(request, (matched) => seen.push(matched))
        seen.push(response.status)
        return { ...response, headers: { ...response.headers, watched: 'yes' } }
      },
    })
    return { ...dicomweb, seen }
  }

  test('is told what a request is for before it is done, and how it was answered', async () => {
    const { handle, seen } = observing()
    const { headers } = await handle(ask('GET', '/studies/1.2/series/1.3/metadata'))
    expect(headers.watched).toBe('yes')
    const target = { study: '1.2', series: '1.3' }
    const template = '/studies/{study}/series/{series}/metadata'
    expect(seen).toEqual([
      { transaction: 'retrieve', category: 'metadata', template, target, partition: 'default' },
      500, // the index of these tests fails
    ])
  })

  test('sees what is for nothing too, and the URI Service', async () => {
    const { handle, uriService, seen } = observing()
    await handle(ask('GET', '/nothing'))
    await uriService.handle(ask('GET', '/'))
    expect(seen).toEqual([404, expect.objectContaining({ transaction: 'retrieve', category: 'uri' }), 400])
  })
})
