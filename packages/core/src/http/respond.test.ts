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

test('content of unknown length is sent whole', async () => {
  const { status, headers } = await ask({ range: 'bytes=2-4' }, 'GET', { ...content, length: undefined })
  expect([status, headers['accept-ranges'], headers['content-length']]).toEqual([200, 'none', undefined])
})
