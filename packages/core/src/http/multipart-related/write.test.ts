import { expect, test } from '@jest/globals'
import { bytesContent } from '../content.ts'
import { parseMediaType } from '../media-type.ts'
import { boundaryFor, boundaryOf } from './boundary.ts'
import { readMultipart } from './read.ts'
import { multipartRelated, type OutgoingPart } from './write.ts'

const boundary = boundaryFor('digest of the parts')
const type = 'application/octet-stream'
const parts: OutgoingPart[] = ['one', '', '\r\n'].map((text) => ({
  headers: [['Content-Type', `${type}; transfer-syntax=1.2.3`]],
  content: bytesContent(Buffer.from(text)),
}))

async function* pulled(): AsyncIterable<OutgoingPart> {
  yield* parts
}

async function bytesOf(bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<Buffer> {
  if (bytes instanceof Uint8Array) return Buffer.from(bytes)
  const chunks: Uint8Array[] = []
  for await (const chunk of bytes) chunks.push(chunk)
  return Buffer.concat(chunks)
}

test('two parts are enclosed byte for byte as viewers expect', async () => {
  const { contentType, read, length } = multipartRelated(parts.slice(0, 2), { type, boundary: 'B' })
  const expected =
    '--B\r\nContent-Type: application/octet-stream; transfer-syntax=1.2.3\r\n\r\none' +
    '\r\n--B\r\nContent-Type: application/octet-stream; transfer-syntax=1.2.3\r\n\r\n\r\n--B--\r\n'
  expect(contentType).toBe('multipart/related; type="application/octet-stream"; boundary="B"')
  expect(String(await bytesOf(await read()))).toBe(expected)
  expect(length).toBe(expected.length)
})

test('parts give the same bytes and ranges, held or pulled; only those that are held tell their length', async () => {
  const known = multipartRelated(parts, { type, boundary })
  const unknown = multipartRelated(pulled, { type, boundary })
  const whole = await bytesOf(await known.read())
  expect(await bytesOf(await unknown.read())).toEqual(whole)
  expect([known.length, unknown.length]).toEqual([whole.length, undefined])
  expect(await unknown.measure?.()).toBe(whole.length)
  for (const { read } of [known, unknown])
    for (let offset = 0; offset < whole.length; offset += 7)
      expect(await bytesOf(await read({ offset, length: 1 }))).toEqual(whole.subarray(offset, offset + 1))
})

test.each([parts, []])('our own reader gets back what was written', async (...written: OutgoingPart[]) => {
  const { contentType, read } = multipartRelated(written, { type, boundary })
  const body = await bytesOf(await read())
  const boundaryRead = boundaryOf(parseMediaType(contentType) ?? { type: '', parameters: [] })
  const source = (async function* () {
    yield body
  })()
  const texts: string[] = []
  for await (const part of readMultipart(source, boundaryRead, { maxParts: 9, maxHeaderBytes: 999 }))
    texts.push(String(await bytesOf(part.body)))
  expect(texts).toEqual(written.length === 0 ? [] : ['one', '', '\r\n'])
})

test('a boundary is the same for the same seed, and short enough', () => {
  expect(boundaryFor('a')).toBe(boundaryFor('a'))
  expect(boundaryFor('a')).not.toBe(boundaryFor('b'))
  expect(boundaryFor('a')).toMatch(/^[0-9a-f]{40}$/)
})

test.each([
  'multipart/related',
  'multipart/related; boundary=""',
  'multipart/related; boundary="a "',
  'multipart/related; boundary=ä',
  `multipart/related; boundary=${'x'.repeat(71)}`,
])('no boundary in %s', (text) => {
  expect(() => boundaryOf(parseMediaType(text) ?? { type: '', parameters: [] })).toThrow(
    expect.objectContaining({ code: 'bad-request' }),
  )
})
