import { randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { type ServerProcess, startServer } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'
import { zipBytes } from './support/zip-bytes.ts'

jest.setTimeout(60_000)

interface Line {
  readonly field?: string
  readonly name?: string
  readonly status?: string
  readonly reason?: string
  readonly end?: true
}

let server: ServerProcess
let study: string

beforeAll(async () => {
  server = await startServer()
})
beforeEach(() => {
  study = `2.25.${randomBytes(6).readUIntBE(0, 6)}`
})
afterAll(() => server.stop('SIGKILL'))

async function upload(files: Readonly<Record<string, Uint8Array>>, headers: Record<string, string> = {}) {
  const form = new FormData()
  for (const [at, [name, bytes]] of Object.entries(files).entries()) {
    form.append(String(at), new Blob([Buffer.from(bytes)]), name)
  }
  return fetch(`${server.origin}/upload`, {
    method: 'POST',
    headers: { 'x-sansfilm-upload': '1', ...headers },
    body: form,
  })
}

async function linesOf(response: Response): Promise<readonly Line[]> {
  expect(response.status).toBe(200)
  const text = await response.text()
  return text
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line))
}

/** Outcomes by name, for they come in the order they are known. */
async function outcomesOf(response: Response): Promise<Record<string, string>> {
  const lines = await linesOf(response)
  expect(lines.at(-1)).toEqual({ end: true })
  return Object.fromEntries(
    lines
      .slice(0, -1)
      .map(({ name, status, reason }) => [name, reason === undefined ? status : `${status}: ${reason}`]),
  )
}

async function storedInstances(): Promise<number> {
  const response = await fetch(`${server.origin}/dicom-web/studies/${study}/instances`)
  return response.status === 200 ? ((await response.json()) as unknown[]).length : 0
}

test('stores the good files of a form, and says of each other why not', async () => {
  const good = tinyInstance({ study })
  const cut = tinyInstance({ study, pixels: 5000 }).subarray(0, 3000)
  expect(
    await outcomesOf(
      await upload({
        'scan/größe.dcm': good,
        'notes.txt': Buffer.alloc(1_000_000, 'hello '),
        'cut.dcm': cut,
        DICOMDIR: good,
        'scan/.DS_Store': Buffer.from('x'),
        'empty.dcm': new Uint8Array(),
        'again.dcm': tinyInstance({ study }),
      }),
    ),
  ).toEqual({
    'scan/größe.dcm': 'stored',
    'notes.txt': 'refused: Not a DICOM file: the letters DICM are missing after the first 128 bytes',
    'cut.dcm': expect.stringMatching(/^refused: ./),
    DICOMDIR: expect.stringMatching(/^skipped: ./),
    'scan/.DS_Store': expect.stringMatching(/^skipped: ./),
    'empty.dcm': 'refused: The file is empty',
    'again.dcm': 'stored',
  })
  expect(await storedInstances()).toBe(2)
})

test('a file that was stored before is a success, other bytes under its UID are refused', async () => {
  const instance = `${study}.1`
  await upload({ a: tinyInstance({ study, instance }) })
  expect(await outcomesOf(await upload({ b: tinyInstance({ study, instance }) }))).toEqual({ b: 'already-stored' })
  const other = await outcomesOf(await upload({ c: tinyInstance({ study, instance, description: 'Other' }) }))
  expect(other.c).toMatch(/^refused: ./)
  expect(await storedInstances()).toBe(1)
})

test('takes hundreds of small files in one request', async () => {
  const files = Object.fromEntries(Array.from({ length: 200 }, (_, at) => [`f${at}`, tinyInstance({ study })]))
  const outcomes = await outcomesOf(await upload(files))
  expect(Object.values(outcomes).every((status) => status === 'stored')).toBe(true)
  expect(await storedInstances()).toBe(200)
})

describe('a zip', () => {
  test('is unpacked, each file with its own outcome', async () => {
    const zip = await zipBytes({
      'disc/1': tinyInstance({ study }),
      'disc/2': tinyInstance({ study, pixels: 300_000 }),
      'disc/DICOMDIR': Buffer.from('x'),
      'disc/viewer.exe': Buffer.from('MZ'),
      'inner.zip': await zipBytes({ '3': tinyInstance({ study }) }),
    })
    const lines = await linesOf(await upload({ 'a.dcm': tinyInstance({ study }), 'disc.zip': zip }))
    expect(
      lines
        .filter(({ field }) => field === '1')
        .map(({ name, status }) => `${name} ${status}`)
        .sort(),
    ).toEqual([
      'disc.zip/disc/1 stored',
      'disc.zip/disc/2 stored',
      'disc.zip/disc/DICOMDIR skipped',
      'disc.zip/disc/viewer.exe refused',
      'disc.zip/inner.zip refused',
    ])
    expect(await storedInstances()).toBe(3)
  })

  test('that is a bomb stores nothing, and the rest of the form goes on', async () => {
    // 400 MiB of zeros deflate to 400 kB.
    const blank = tinyInstance({ study, pixels: 100 * 2 ** 20 })
    const bomb = await zipBytes({ '1': blank, '2': blank, '3': blank, '4': blank })
    expect(await outcomesOf(await upload({ 'bomb.zip': bomb, 'good.dcm': tinyInstance({ study }) }))).toEqual({
      'bomb.zip': 'refused: The zip unpacks to more than 100 times its size',
      'good.dcm': 'stored',
    })
    expect(await storedInstances()).toBe(1)
  })

  test('that is damaged is one refusal', async () => {
    const zip = await zipBytes({ '1': tinyInstance({ study }) })
    const outcomes = await outcomesOf(await upload({ 'cut.zip': zip.subarray(0, -30) }))
    expect(outcomes).toEqual({ 'cut.zip': 'refused: The zip is damaged or incomplete' })
  })
})

describe('what another site makes a browser send is refused', () => {
  test.each([
    ['of another origin', { origin: 'https://evil.example' }],
    ['of no origin', { origin: 'null' }],
    ['from another site', { 'sec-fetch-site': 'cross-site' }],
    ['from a sibling site', { 'sec-fetch-site': 'same-site' }],
  ])('%s', async (_name, headers) => {
    const response = await upload({ a: tinyInstance({ study }) }, headers)
    expect(response.status).toBe(403)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
    expect(await storedInstances()).toBe(0)
  })

  test('as a form, which cannot add a header field', async () => {
    const form = new FormData()
    form.append('0', new Blob([Buffer.from(tinyInstance({ study }))]), 'a')
    expect((await fetch(`${server.origin}/upload`, { method: 'POST', body: form })).status).toBe(403)
  })

  test('and pages of this server are let through', async () => {
    const response = await upload({ a: tinyInstance({ study }) }, { origin: server.origin })
    expect(await outcomesOf(response)).toEqual({ a: 'stored' })
  })
})

test('what is no form, or a form without an end, is a bad request', async () => {
  const headers = { 'x-sansfilm-upload': '1' }
  const post = (type: string, body: string) =>
    fetch(`${server.origin}/upload`, { method: 'POST', headers: { ...headers, 'content-type': type }, body })
  expect((await post('application/dicom', 'x')).status).toBe(415)
  expect((await post('multipart/form-data', 'x')).status).toBe(400)
  expect(
    (await post('multipart/form-data; boundary=b', '--b\r\nContent-Disposition: form-data; name="0"')).status,
  ).toBe(400)
})

test('a client that leaves in the middle of a file leaves nothing', async () => {
  const file = tinyInstance({ study, pixels: 5_000_000 })
  const client = request(`${server.origin}/upload`, {
    method: 'POST',
    headers: { 'x-sansfilm-upload': '1', 'content-type': 'multipart/form-data; boundary=b' },
  })
  client.on('error', () => undefined) // It hangs up itself.
  const closed = new Promise((resolve) => client.on('close', resolve))
  client.write('--b\r\nContent-Disposition: form-data; name="0"; filename="a"\r\n\r\n')
  client.write(file.subarray(0, 1_000_000), () => client.destroy())
  await closed
  expect(await outcomesOf(await upload({ b: tinyInstance({ study }) }))).toEqual({ b: 'stored' })
  expect(await storedInstances()).toBe(1)
  expect(server.output.stdout).not.toContain('unforeseen')
})
