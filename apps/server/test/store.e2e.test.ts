import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, test } from '@jest/globals'
import type { Context, DicomwebEvent, DicomwebOptions } from '@sansfilm/core'
import type { Condition } from '@sansfilm/core/adapters'
import {
  type Dataset,
  decodeJsonModel,
  decodeNativeModel,
  itemsOf,
  numberOf,
  sopClasses,
  stringOf,
  tags,
  transferSyntaxes,
  writePart10Buffer,
} from '@sansfilm/dicom'
import { toExpress } from '@sansfilm/express'
import express from 'express'
import { isScaled } from './scaled/shared-places.ts'
import { sha256 } from './support/corpus.ts'
import { instancesLeft } from './support/instances-left.ts'
import { dicomParts, multipartBody, postParts, type SentPart } from './support/multipart-body.ts'
import { openRaw, postChunked } from './support/raw-http.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'
import { type TinyInstance, tinyInstance } from './support/tiny-instance.ts'

/*
 * The Store transaction over real HTTP, clause by clause. What becomes of metadata and bulk data is in
 * store-metadata.e2e.test.ts.
 */

let archive: TestArchive | undefined

/** An archive of this test alone. */
async function start(options: Partial<Omit<DicomwebOptions, 'storage' | 'index'>> = {}): Promise<TestArchive> {
  archive = await startTestArchive(options)
  return archive
}

afterEach(async () => {
  await archive?.close()
  archive = undefined
})

const dicomPart = (body: Uint8Array): SentPart => ({ headers: { 'Content-Type': 'application/dicom' }, body })

async function post(
  { root }: TestArchive,
  body: Uint8Array | string,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/dicom' },
  path = '/studies',
): Promise<Response> {
  return fetch(root + path, { method: 'POST', headers, body: typeof body === 'string' ? body : new Uint8Array(body) })
}

async function moduleOf(response: Response): Promise<Dataset> {
  return decodeJsonModel(await response.json())
}

/** Failure Reason and Error Comment of each failure, those with UIDs first. */
function failuresOf(module: Dataset): readonly (readonly [number | undefined, string | undefined])[] {
  return [tags.FailedSOPSequence, tags.OtherFailuresSequence]
    .flatMap((tag) => itemsOf(module, tag))
    .map((item) => [numberOf(item, tags.FailureReason), stringOf(item, tags.ErrorComment)])
}

function storedObjects({ dicomweb }: TestArchive): Promise<number> {
  return instancesLeft(dicomweb.backend.storage)
}

async function retrieved({ root }: TestArchive, instance: string, study = '2.25.1', series = '2.25.2') {
  const response = await fetch(`${root}/studies/${study}/series/${series}/instances/${instance}`, {
    headers: { accept: 'application/dicom; transfer-syntax=*' },
  })
  return { status: response.status, body: Buffer.from(await response.arrayBuffer()) }
}

/** Pixel data with everything a careless reader takes for a delimiter. */
function withLookAlikes(boundary: string): Uint8Array {
  const bytes = Buffer.from(tinyInstance({ instance: '2.25.3.1', pixels: 4096 }))
  const lookAlikes = [
    `\r\n--${boundary}x`,
    `\n--${boundary}\r\n`,
    `--${boundary}\r\n`,
    `\r\n--${boundary.slice(0, -1)}`,
    `\r\n--${boundary}-`,
    `\r\n--${boundary}-\r\n`,
    `\r--${boundary}\r\n`,
    `\r\n-${boundary}--`,
    '\r\n\r\n--\r\n--',
    `\r\r\n--${boundary}\rx`,
  ].join('z')
  bytes.write(lookAlikes, bytes.length - 4000, 'latin1')
  return bytes
}

describe('PS3.18 §10.5.1.4, RFC 2046 §5.1: multipart/related', () => {
  // bcharsnospace, and the space that may stand within.
  const everyCharacter = `09azAZ'()+_,-./:=? x`
  const cases: Readonly<Record<string, { boundary: string; contentType?: string; wire?: (body: Buffer) => Buffer }>> = {
    'a quoted boundary with every character of RFC 2046': { boundary: everyCharacter },
    'a boundary of 70 characters': { boundary: 'b'.repeat(70) },
    'a boundary of one character': { boundary: '-' },
    'an unquoted boundary': {
      boundary: 'plain',
      contentType: 'multipart/related; type=application/dicom; boundary=plain',
    },
    'no type parameter': { boundary: 'plain', contentType: 'multipart/related; boundary=plain' },
    'parameters in capitals': {
      boundary: 'Plain',
      contentType: 'Multipart/Related; Boundary="Plain"; TYPE="Application/DICOM"; start=x',
    },
    'a preamble and an epilogue': {
      boundary: 'b',
      wire: (body) => Buffer.concat([Buffer.from('This is MIME.\r\n--bx\r\n'), body, Buffer.from('the end --b\r\n')]),
    },
    'no line end before the first delimiter': { boundary: 'b', wire: (body) => body.subarray(2) },
    'padding after delimiters': {
      boundary: 'b',
      wire: (body) =>
        Buffer.from(
          body
            .toString('latin1')
            .replace('\r\n--b\r\nC', '\r\n--b \t \r\nC')
            .replace(/--b--\r\n$/, '--b-- \t\r\n'),
          'latin1',
        ),
    },
    'no line end after the last delimiter': { boundary: 'b', wire: (body) => body.subarray(0, -2) },
    'part headers that end in LF alone': {
      boundary: 'b',
      wire: (body) =>
        Buffer.from(
          body
            .toString('latin1')
            .replace('Content-Type: application/dicom\r\n\r\n', 'Content-Type: application/dicom\n\n'),
          'latin1',
        ),
    },
  }
  for (const [name, { boundary, contentType, wire = (body: Buffer) => body }] of Object.entries(cases))
    it(`takes ${name}, look-alikes included, cut anywhere`, async () => {
      const { root } = await start()
      const bytes = withLookAlikes(boundary)
      const body = wire(multipartBody([dicomPart(bytes)], boundary))
      const type = contentType ?? `multipart/related; type="application/dicom"; boundary="${boundary}"`
      const pieces = piecesCutAt(body, boundary)
      const answer = await postChunked(`${root}/studies`, { 'content-type': type }, pieces)
      expect([answer.status, answer.body.toString()]).toEqual([200, expect.stringContaining('00081199')])
      const back = await retrieved({ root } as TestArchive, '2.25.3.1')
      expect(sha256(back.body)).toBe(sha256(bytes))
    })

  it.each([
    ['no boundary', 'multipart/related; type="application/dicom"', 400],
    ['a boundary of 71 characters', `multipart/related; type="application/dicom"; boundary=${'b'.repeat(71)}`, 400],
    ['another boundary than the body', 'multipart/related; type="application/dicom"; boundary=other', 400],
    ['another root type', 'multipart/related; type="image/jpeg"; boundary=sent', 415],
  ])('refuses %s', async (_, type, status) => {
    const running = await start()
    const response = await post(running, multipartBody([dicomPart(tinyInstance())]), { 'content-type': type })
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await storedObjects(running)).toBe(0)
  })

  it('takes parts with a transfer-syntax parameter, as octets, and with no Content-Type', async () => {
    const running = await start()
    const response = await postParts(running, [
      { headers: { 'content-type': 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1' }, body: tinyInstance() },
      { headers: { 'CONTENT-TYPE': 'Application/DICOM;transfer-syntax="1.2.840.10008.1.2.1"' }, body: tinyInstance() },
      { headers: { 'Content-Type': 'application/octet-stream' }, body: tinyInstance() },
      { body: tinyInstance() },
    ])
    expect(response.status).toBe(200)
    expect(itemsOf(await moduleOf(response), tags.ReferencedSOPSequence)).toHaveLength(4)
  })
})

/** Cuts a body in its delimiters, where a reader has to remember what it saw. */
function piecesCutAt(body: Buffer, boundary: string): readonly Buffer[] {
  const cuts = new Set<number>()
  for (let at = body.indexOf(boundary); at !== -1; at = body.indexOf(boundary, at + 1))
    for (const cut of [at - 3, at - 1, at + 1, at + boundary.length, at + boundary.length + 1]) cuts.add(cut)
  const places = [0, ...[...cuts].filter((cut) => cut > 0 && cut < body.length).sort((a, b) => a - b), body.length]
  return places.slice(1).map((end, i) => body.subarray(places[i], end))
}

describe('PS3.18 §10.5.1.3: the message', () => {
  it('takes a single part', async () => {
    const running = await start()
    const bytes = tinyInstance({ instance: '2.25.3.1' })
    const response = await post(running, bytes, {
      'content-type': 'application/dicom; transfer-syntax=1.2.840.10008.1.2.1',
    })
    expect(response.status).toBe(200)
    expect((await retrieved(running, '2.25.3.1')).body).toEqual(Buffer.from(bytes))
  })

  it('takes a chunked body without Content-Length', async () => {
    const { root } = await start()
    const bytes = Buffer.from(tinyInstance({ pixels: 300_000 }))
    const pieces = [bytes.subarray(0, 1), bytes.subarray(1, 133), bytes.subarray(133, 200_000), bytes.subarray(200_000)]
    const answer = await postChunked(`${root}/studies`, { 'content-type': 'application/dicom' }, pieces)
    expect(answer.status).toBe(200)
  })

  it('answers Expect: 100-continue before the body is sent', async () => {
    const { root } = await start()
    const bytes = tinyInstance()
    const connection = await openRaw(root)
    connection.write(
      `POST /dicom-web/studies HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\nContent-Type: application/dicom\r\nContent-Length: ${bytes.length}\r\n\r\n`,
    )
    expect(await connection.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 100 Continue\r\n\r\n$/)
    connection.write(bytes)
    expect(await connection.end()).toMatch(/\r\n\r\nHTTP\/1\.1 200 OK\r\n/)
  })

  it.each([
    ['gzip', gzipSync(multipartBody([dicomPart(tinyInstance({ instance: '2.25.3.7' }))])), 200],
    ['identity', multipartBody([dicomPart(tinyInstance({ instance: '2.25.3.7' }))]), 200],
    ['gzip that is none', multipartBody([dicomPart(tinyInstance())]), 400],
    ['gzip that is cut off', gzipSync(multipartBody([dicomPart(tinyInstance())])).subarray(0, 200), 400],
    ['br', Buffer.from('x'), 415],
  ])('takes or refuses Content-Encoding: %s', async (name, body, status) => {
    const running = await start()
    const response = await post(running, body, {
      'content-type': 'multipart/related; type="application/dicom"; boundary=sent',
      'content-encoding': name.split(' ')[0] ?? '',
    })
    expect(response.status).toBe(status)
    expect(await storedObjects(running)).toBe(status === 200 ? 1 : 0)
    if (status === 415) expect(response.headers.get('accept-encoding')).toContain('gzip')
  })
})

describe('PS3.18 §10.5.3.1: status', () => {
  it('200: several studies in one request', async () => {
    const running = await start()
    const objects = ['2.25.11', '2.25.12', '2.25.13'].map((study) => tinyInstance({ study }))
    const response = await postParts(running, dicomParts(...objects))
    expect(response.status).toBe(200)
    const found = await (await fetch(`${running.root}/studies`)).json()
    expect(found).toHaveLength(3)
  })

  it('202: a bad part among good ones is told by itself, and nothing of it stays', async () => {
    const running = await start()
    const bad = Buffer.from(tinyInstance({ instance: '2.25.3.99' }))
    const response = await postParts(running, [
      dicomPart(tinyInstance({ instance: '2.25.3.1' })),
      dicomPart(Buffer.from('not DICOM')),
      dicomPart(bad.subarray(0, -10)),
      { headers: { 'Content-Type': 'text/plain' }, body: 'hello' },
      dicomPart(tinyInstance({ instance: '2.25.3.2' })),
    ])
    expect(response.status).toBe(202)
    const module = await moduleOf(response)
    expect(itemsOf(module, tags.ReferencedSOPSequence)).toHaveLength(2)
    expect(failuresOf(module)).toEqual([
      [0xc001, expect.stringMatching(/./)],
      [0xc002, expect.stringMatching(/./)],
      [0xc008, expect.stringContaining('text/plain')],
    ])
    expect(await storedObjects(running)).toBe(2)
    expect((await retrieved(running, '2.25.3.99')).status).toBe(404)
  })

  it('409: the only study is another than that of the target', async () => {
    const running = await start()
    const response = await post(
      running,
      tinyInstance({ study: '2.25.1' }),
      { 'content-type': 'application/dicom' },
      '/studies/2.25.8',
    )
    expect(response.status).toBe(409)
    expect(failuresOf(await moduleOf(response))).toEqual([[0xa901, expect.stringMatching(/Study/)]])
    expect(await storedObjects(running)).toBe(0)
    expect((await post(running, tinyInstance({ study: '2.25.8' }), undefined, '/studies/2.25.8')).status).toBe(200)
  })

  const refusals: Readonly<Record<string, readonly [Uint8Array, number]>> = {
    'not DICOM': [Buffer.from('x'.repeat(300)), 0xc001],
    'nothing at all in a part': [Buffer.alloc(0), 0xc001],
    truncated: [tinyInstance().subarray(0, -20), 0xc002],
    'no Study Instance UID': [object({ [tags.StudyInstanceUID]: undefined }), 0xc004],
    'an empty SOP Class UID': [object({ [tags.SOPClassUID]: { vr: 'UI' } }), 0xc004],
    'path characters in a UID': [object({ [tags.SeriesInstanceUID]: { vr: 'UI', Value: ['../../etc'] } }), 0xc005],
    'a UID of 65 characters': [
      object({ [tags.StudyInstanceUID]: { vr: 'UI', Value: [`${'1.'.repeat(32)}1`] } }),
      0xc005,
    ],
    'a DICOMDIR': [object({ [tags.SOPClassUID]: { vr: 'UI', Value: ['1.2.840.10008.1.3.10'] } }), 0x0122],
    'a transfer syntax nobody knows': [withSyntax('1.2.3.4.5'), 0xc122],
  }
  it.each(Object.entries(refusals))('409: %s has a reason of its own', async (_, [bytes, reason]) => {
    const running = await start()
    const response = await postParts(running, dicomParts(bytes))
    expect(response.status).toBe(409)
    const [failure, ...more] = failuresOf(await moduleOf(response))
    expect([failure?.[0]?.toString(16), more]).toEqual([reason.toString(16), []])
    expect(failure?.[1]).not.toContain('SAMPLE')
    expect(await storedObjects(running)).toBe(0)
  })

  it.each([
    ['no payload', '', { 'content-type': 'application/dicom' }, 400],
    ['no parts', '--sent--\r\n', { 'content-type': 'multipart/related; type="application/dicom"; boundary=sent' }, 400],
    ['no Content-Type', Buffer.from('x'), { 'content-type': '' }, 415],
    ['a type that is not stored', 'x', { 'content-type': 'text/csv' }, 415],
  ])('%s', async (_, body, headers, status) => {
    const running = await start()
    const response = await post(running, body, headers)
    expect(response.status).toBe(status)
    const problem = (await response.json()) as { supported?: readonly string[] }
    if (status !== 415) return
    expect(problem.supported).toEqual(
      ['application/dicom', 'application/dicom+json', 'application/dicom+xml'].flatMap((type) => [
        type,
        `multipart/related; type="${type}"`,
      ]),
    )
  })

  it.each([
    ['announced by Content-Length', false],
    ['found out as it comes', true],
  ])('413: a request beyond maxRequestBytes, %s', async (_, chunked) => {
    const running = await start({ limits: { maxRequestBytes: 2000 } })
    const body = multipartBody([dicomPart(tinyInstance({ pixels: 5000 }))])
    const headers = { 'content-type': 'multipart/related; type="application/dicom"; boundary=sent' }
    const status = chunked
      ? (await postChunked(`${running.root}/studies`, headers, [body.subarray(0, 1500), body.subarray(1500)])).status
      : (await post(running, body, headers)).status
    expect(status).toBe(413)
    expect(await storedObjects(running)).toBe(0)
  })

  it('202 with A701: what came before the request grew too large stays stored, and the answer says so', async () => {
    const first = tinyInstance({ instance: '2.25.3.1' })
    const running = await start({ limits: { maxRequestBytes: first.length + 1000 } })
    const body = multipartBody([dicomPart(first), dicomPart(tinyInstance({ pixels: 5000 }))])
    const headers = { 'content-type': 'multipart/related; type="application/dicom"; boundary=sent' }
    const pieces = [body.subarray(0, first.length + 500), body.subarray(first.length + 500)]
    const answer = await postChunked(`${running.root}/studies`, headers, pieces)
    expect(answer.status).toBe(202)
    const module = decodeJsonModel(JSON.parse(answer.body.toString()))
    expect(itemsOf(module, tags.ReferencedSOPSequence)).toHaveLength(1)
    expect(failuresOf(module)).toEqual([[0xa701, expect.stringMatching(/larger/)]])
  })

  it('one instance beyond maxInstanceBytes is refused by itself', async () => {
    const running = await start({ limits: { maxInstanceBytes: 2000 } })
    const response = await postParts(running, dicomParts(tinyInstance({ pixels: 5000 }), tinyInstance()))
    expect(response.status).toBe(202)
    expect(failuresOf(await moduleOf(response))).toEqual([[0xa701, expect.stringMatching(/larger/)]])
    expect(await storedObjects(running)).toBe(1)
  })
})

function object(attributes: Readonly<Record<string, Dataset[string] | undefined>>): Uint8Array {
  const dataset = {
    [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.SecondaryCaptureImageStorage.uid] },
    [tags.SOPInstanceUID]: { vr: 'UI', Value: ['2.25.3.50'] },
    [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'SAMPLE^Secret' }] },
    [tags.StudyInstanceUID]: { vr: 'UI', Value: ['2.25.1'] },
    [tags.SeriesInstanceUID]: { vr: 'UI', Value: ['2.25.2'] },
    ...attributes,
  }
  return writePart10Buffer({
    dataset: Object.fromEntries(Object.entries(dataset).filter(([, attribute]) => attribute !== undefined)) as Dataset, // what is undefined was left out
    fileMetaInformation: {
      [tags.MediaStorageSOPClassUID]: { vr: 'UI', Value: [sopClasses.SecondaryCaptureImageStorage.uid] },
      [tags.MediaStorageSOPInstanceUID]: { vr: 'UI', Value: ['2.25.3.50'] },
    },
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
  })
}

function withSyntax(uid: string): Uint8Array {
  const { ExplicitVRLittleEndian } = transferSyntaxes
  const dataset = {
    ...decodeJsonModel({}),
    [tags.SOPClassUID]: { vr: 'UI', Value: ['1.2'] },
    [tags.SOPInstanceUID]: { vr: 'UI', Value: ['1.2.3'] },
  } as const
  return writePart10Buffer({ dataset, transferSyntax: { ...ExplicitVRLittleEndian, uid } })
}

describe('PS3.18 §10.5.3.3, Annex I: the answer', () => {
  it.each([
    ['nothing', undefined, 'json'],
    ['application/dicom+json', 'application/dicom+json', 'json'],
    ['application/json', 'application/json', 'json'],
    ['what Weasis sends', 'application/dicom+xml', 'xml'],
    ['XML before JSON', 'application/dicom+json;q=0.5, application/dicom+xml', 'xml'],
    ['a multipart of XML', 'multipart/related; type="application/dicom+xml"', 'xml'],
    ['a multipart of JSON', 'multipart/related; type="application/dicom+json"', 'json'],
    ['anything', '*/*', 'json'],
    ['what no store answers in', 'image/png', 'json'],
    ['nonsense', ';;;,', 'json'],
  ])('Accept: %s', async (_, accept, form) => {
    const running = await start()
    const response = await postParts(running, dicomParts(tinyInstance({ instance: '2.25.3.1' })), {
      headers: accept === undefined ? {} : { accept },
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe(`application/dicom+${form}`)
    const bytes = Buffer.from(await response.arrayBuffer())
    const module = form === 'xml' ? decodeNativeModel(bytes) : decodeJsonModel(JSON.parse(bytes.toString()))
    const [item = {}] = itemsOf(module, tags.ReferencedSOPSequence)
    expect(stringOf(item, tags.ReferencedSOPInstanceUID)).toBe('2.25.3.1')
    for (const url of [stringOf(module, tags.RetrieveURL), stringOf(item, tags.RetrieveURL)])
      expect((await fetch(url ?? '')).status).toBe(200)
  })

  it('names what was created in Location and Content-Location (Table 10.5.3-2)', async () => {
    const running = await start()
    const study = `${running.root}/studies/2.25.1`
    const first = await postParts(running, dicomParts(tinyInstance({ instance: '2.25.3.1' })))
    expect(first.headers.get('location')).toBe(study)
    expect(first.headers.get('content-location')).toBe(`${study}/series/2.25.2/instances/2.25.3.1`)
    const second = await postParts(running, dicomParts(tinyInstance(), tinyInstance()))
    expect(second.headers.get('content-location')).toBe(study)
  })

  it('warns of a dubious attribute, by its tag', async () => {
    const running = await start()
    const response = await post(running, object({ [tags.SeriesInstanceUID]: { vr: 'UI', Value: ['1.02.3'] } }))
    expect(response.status).toBe(202)
    const [item = {}] = itemsOf(await moduleOf(response), tags.ReferencedSOPSequence)
    expect(numberOf(item, tags.WarningReason)).toBe(0xb007)
    expect(itemsOf(item, tags.FailedAttributesSequence)[0]?.[tags.SelectorAttribute]?.Value).toEqual([
      tags.SeriesInstanceUID,
    ])
  })
})

describe('the same instance again', () => {
  it('the same bytes: 200, and nothing is stored twice', async () => {
    const running = await start()
    const bytes = tinyInstance({ instance: '2.25.3.1' })
    for (const _ of [1, 2, 3]) expect((await post(running, bytes)).status).toBe(200)
    const both = await postParts(running, dicomParts(bytes, bytes))
    expect(both.status).toBe(200)
    expect(both.headers.get('warning')).toMatch(/^299 .* "2 of 2 instances were stored already"$/)
    expect(await storedObjects(running)).toBe(1)
  })

  const [before, after] = ['before', 'after'].map((description) =>
    tinyInstance({ instance: '2.25.3.1', description } satisfies TinyInstance),
  )

  it('other bytes are refused with 0111H, and what stands is served on', async () => {
    const running = await start()
    await post(running, before ?? '')
    const response = await post(running, after ?? '')
    expect(response.status).toBe(409)
    expect(failuresOf(await moduleOf(response))).toEqual([[0x0111, expect.stringMatching(/Other bytes/)]])
    expect((await retrieved(running, '2.25.3.1')).body).toEqual(Buffer.from(before ?? ''))
    expect(await storedObjects(running)).toBe(1)
  })

  it('each partition has its own policy', async () => {
    const onConflict = (partition: string) => (partition === 'teaching' ? 'replace' : 'refuse')
    const running = await start({ partitions: ['default', 'teaching'], onConflict })
    const teaching = { ...running, root: `${running.root}/partitions/teaching` }
    for (const one of [running, teaching]) await post(one, before ?? '')
    expect((await post(running, after ?? '')).status).toBe(409)
    expect((await post(teaching, after ?? '')).status).toBe(200)
  })

  it('with onConflict replace, they are served at once, and what stood there counts no more', async () => {
    const running = await start({ onConflict: 'replace' })
    await post(running, before ?? '')
    const metadata = `${running.root}/studies/2.25.1/metadata`
    const etag = (await fetch(metadata)).headers.get('etag')
    expect((await post(running, after ?? '')).status).toBe(200)
    expect((await retrieved(running, '2.25.3.1')).body).toEqual(Buffer.from(after ?? ''))
    const changed = await fetch(metadata, { headers: { 'if-none-match': etag ?? '' } })
    expect(changed.status).toBe(200)
    const [dataset = {}] = (await changed.json()) as Dataset[]
    expect(stringOf(dataset, tags.StudyDescription)).toBe('after')
    const [found = {}] = (await (await fetch(`${running.root}/studies`)).json()) as Dataset[]
    expect(numberOf(found, tags.NumberOfStudyRelatedInstances)).toBe(1)
    expect(stringOf(found, tags.StudyDescription)).toBe('after')
    // Small instances share a pack, where one server took both; else the sweep is for the earlier one.
    expect(await storedObjects(running)).toBeLessThanOrEqual(isScaled ? 2 : 1)
  })
})

test('16 clients store one study at once, and the counts are exact', async () => {
  const running = await start()
  const storeOne = async (client: number) => {
    for (let i = 0; i < 5; i++) {
      const response = await post(
        running,
        tinyInstance({ study: '2.25.9', series: `2.25.9.${client % 4}`, instance: `2.25.9.9.${client}.${i}` }),
      )
      expect(response.status).toBe(200)
    }
  }
  await Promise.all(Array.from({ length: 16 }, (_, client) => storeOne(client)))
  const [study = {}] = (await (await fetch(`${running.root}/studies`)).json()) as Dataset[]
  expect(numberOf(study, tags.NumberOfStudyRelatedInstances)).toBe(80)
  expect(numberOf(study, tags.NumberOfStudyRelatedSeries)).toBe(4)
  const series = (await (await fetch(`${running.root}/studies/2.25.9/series`)).json()) as Dataset[]
  expect(series.map((one) => numberOf(one, tags.NumberOfSeriesRelatedInstances))).toEqual([20, 20, 20, 20])
  expect(await storedObjects(running)).toBe(80)
})

describe('the authorize hook and events', () => {
  it('denies one instance of several with 0124H, and says so in events', async () => {
    const events: DicomwebEvent[] = []
    const running = await start({
      authorize: ({ instance }) => instance !== '2.25.3.2',
      listeners: [(event) => events.push(event)],
    })
    const response = await postParts(
      running,
      dicomParts(...['2.25.3.1', '2.25.3.2'].map((instance) => tinyInstance({ instance }))),
    )
    expect(response.status).toBe(202)
    expect(failuresOf(await moduleOf(response))).toEqual([[0x0124, 'Not authorized']])
    const target = { study: '2.25.1', series: '2.25.2' }
    // Parts overlap, so the events of one come in order, but not those of several.
    expect(events.toSorted((one, other) => one.type.localeCompare(other.type))).toMatchObject([
      { type: 'denied', target: { ...target, instance: '2.25.3.2' }, transaction: 'store' },
      { type: 'refused', target: { instance: '2.25.3.2' }, failureReason: 0x0124 },
      { type: 'stored', target: { ...target, instance: '2.25.3.1' }, outcome: 'added', bytes: expect.any(Number) },
    ])
    expect(await storedObjects(running)).toBe(1)
  })

  const mine: Condition = {
    level: 'study',
    path: [tags.StudyDescription],
    vr: 'LO',
    match: { type: 'values', values: ['mine'] },
  }
  const callers = {
    authorize: ({ context }: { context: Context }) => context.caller.id !== 'limited' || { visible: [[mine]] },
  }
  /** Two ways into one archive: of a caller who may do everything, and of one who sees some studies. */
  async function limited(running: TestArchive): Promise<TestArchive & { stop(): Promise<void> }> {
    const app = express().use(toExpress(running.dicomweb, { contextOf: () => ({ caller: { id: 'limited' } }) }))
    const server = app.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo // listening on TCP
    return {
      ...running,
      root: `http://127.0.0.1:${port}`,
      async stop() {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  }

  it('stores what a visible group matches, and nothing else', async () => {
    const running = await start(callers)
    const caller = await limited(running)
    try {
      const objects = ['mine', 'theirs'].map((description) =>
        tinyInstance({ study: `2.25.${description.length}`, description }),
      )
      const response = await postParts(caller, dicomParts(...objects))
      expect(response.status).toBe(202)
      expect(failuresOf(await moduleOf(response))).toEqual([[0x0124, 'Not authorized']])
    } finally {
      await caller.stop()
    }
  })

  it('neither adds to, nor reads, nor deletes a study that is not visible, whatever an instance says of itself', async () => {
    const running = await start(callers)
    await post(running, tinyInstance({ study: '2.25.1', description: 'theirs' }))
    await post(running, tinyInstance({ study: '2.25.2', description: 'mine' }))
    const caller = await limited(running)
    try {
      const statusOf = async (path: string, method = 'GET') => (await fetch(caller.root + path, { method })).status
      expect((await post(caller, tinyInstance({ study: '2.25.1', description: 'mine' }))).status).toBe(409)
      expect((await post(caller, tinyInstance({ study: '2.25.2', description: 'mine' }))).status).toBe(200)
      for (const below of ['', '/metadata', '/bulkdata', '/pixeldata', '/rendered', '/thumbnail'])
        expect([below, await statusOf(`/studies/2.25.1${below}`)]).toEqual([below, 404])
      expect(await statusOf('/studies/2.25.2/metadata')).toBe(200)
      expect(await statusOf('/studies/2.25.1', 'DELETE')).toBe(403)
      expect(await storedObjects(running)).toBe(3)
    } finally {
      await caller.stop()
    }
  })

  it('replaces no instance of a study that is not visible', async () => {
    const running = await start({ ...callers, onConflict: 'replace' })
    const theirs = tinyInstance({ study: '2.25.1', instance: '2.25.3.1', description: 'theirs' })
    await post(running, theirs)
    const caller = await limited(running)
    try {
      const taken = tinyInstance({ study: '2.25.2', instance: '2.25.3.1', description: 'mine' })
      const response = await post(caller, taken)
      expect(response.status).toBe(409)
      expect(failuresOf(await moduleOf(response))).toEqual([[0x0111, expect.any(String)]])
      expect((await retrieved(running, '2.25.3.1')).body).toEqual(Buffer.from(theirs))
      // Who may do everything moves it.
      expect((await post(running, taken)).status).toBe(200)
      expect((await retrieved(running, '2.25.3.1')).status).toBe(404)
    } finally {
      await caller.stop()
    }
  })

  it('tells of every refused part', async () => {
    const events: DicomwebEvent[] = []
    const running = await start({ listeners: [(event) => events.push(event)] })
    await postParts(running, [{ headers: { 'Content-Type': 'text/plain' }, body: 'x' }, dicomPart(Buffer.from('x'))])
    expect(events.map((event) => event.type === 'refused' && event.failureReason)).toEqual([0xc008, 0xc001])
  })
})
