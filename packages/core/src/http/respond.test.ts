import { expect, test } from '@jest/globals'
import { bytesContent, type Content } from './content.ts'
import { respondWithContent } from './respond.ts'

const content = bytesContent(Buffer.from('0123456789'))
const representation = {
  contentType: 'application/octet-stream',
  etag: '"a"',
  digest: '84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882',
  headers: { 'cache-control': 'no-cache' },
}

function ask(headers: Record<string, string> = {}, method = 'GET', of: Content = content) {
  return respondWithContent({ method, headers }, of, representation)
}

test('a whole representation has its length, tag and digest', async () => {
  const { status, headers, body } = await ask()
  expect(status).toBe(200)
  expect(headers).toEqual({
    'content-type': 'application/octet-stream',
    'content-length': '10',
    'accept-ranges': 'bytes',
    etag: '"a"',
    'repr-digest': 'sha-256=:hNiYd/DUBB77a/kaFvAkjy/Vc+avBcGflr7bn4gveII=:',
    'cache-control': 'no-cache',
  })
  expect(String(body)).toBe('0123456789')
})

test('a range is a 206 with the bytes asked for', async () => {
  const { status, headers, body } = await ask({ range: 'bytes=2-4', 'if-range': '"a"' })
  expect([status, headers['content-range'], headers['content-length'], String(body)]).toEqual([
    206,
    'bytes 2-4/10',
    '3',
    '234',
  ])
})

test('a range of another state, or of a HEAD, is the whole', async () => {
  expect((await ask({ range: 'bytes=2-4', 'if-range': '"b"' })).status).toBe(200)
  expect(await ask({ range: 'bytes=2-4' }, 'HEAD')).toMatchObject({
    status: 200,
    headers: { 'content-length': '10' },
    body: null,
  })
})

test('a range outside is a 416 that names the length', async () => {
  await expect(ask({ range: 'bytes=10-' })).rejects.toMatchObject({
    code: 'range-not-satisfiable',
    headers: { 'content-range': 'bytes */10' },
  })
})

test('conditions come before ranges and read nothing', async () => {
  const untouchable: Content = { length: 10, read: () => Promise.reject(new Error('read')) }
  expect(await ask({ 'if-none-match': '"a"', range: 'bytes=99-' }, 'GET', untouchable)).toEqual({
    status: 304,
    headers: { etag: '"a"', 'cache-control': 'no-cache' },
    body: null,
  })
  expect((await ask({}, 'HEAD', untouchable)).body).toBeNull()
  await expect(ask({ 'if-match': '"b"' }, 'GET', untouchable)).rejects.toMatchObject({ code: 'precondition-failed' })
})

test('content that cannot be measured is sent whole', async () => {
  const { status, headers } = await ask({ range: 'bytes=2-4' }, 'GET', { ...content, length: undefined })
  expect([status, headers['accept-ranges'], headers['content-length']]).toEqual([200, 'none', undefined])
})

test('a length that is not told is found for a range alone', async () => {
  let looks = 0
  const measurable: Content = { ...content, length: undefined, measure: async () => ++looks && 10 }
  for (const [method, range] of [
    ['HEAD', 'bytes=2-4'],
    ['GET', 'bytes=4-2'],
    ['GET', ''],
  ] as const) {
    const { status, headers } = await ask({ range }, method, measurable)
    expect([status, headers['accept-ranges'], headers['content-length']]).toEqual([200, 'bytes', undefined])
  }
  expect(looks).toBe(0)
  const { status, headers, body } = await ask({ range: 'bytes=-3' }, 'GET', measurable)
  expect([status, headers['content-range'], String(body)]).toEqual([206, 'bytes 7-9/10', '789'])
  await expect(ask({ range: 'bytes=10-' }, 'GET', measurable)).rejects.toMatchObject({
    headers: { 'content-range': 'bytes */10' },
  })
})

test('a payload that lacks some of what is stored is a 206 by itself, and can be ranged and kept like others', async () => {
  const incomplete = (headers: Record<string, string>) =>
    respondWithContent({ method: 'GET', headers }, content, { ...representation, status: 206 })
  const whole = await incomplete({})
  expect([whole.status, whole.headers['content-range'], whole.headers['accept-ranges']]).toEqual([
    206,
    undefined,
    'bytes',
  ])
  const part = await incomplete({ range: 'bytes=2-4' })
  expect([part.status, part.headers['content-range'], String(part.body)]).toEqual([206, 'bytes 2-4/10', '234'])
  expect((await incomplete({ 'if-none-match': '"a"' })).status).toBe(304)
})
