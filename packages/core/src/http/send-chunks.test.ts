import { Readable } from 'node:stream'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { sendChunks } from './send-chunks.ts'

/** Chunks of text, and whether their source was closed before its end. */
function source(count: number, size: number) {
  const seen = { pulled: 0, closed: false }
  async function* generate(): AsyncIterable<Uint8Array> {
    try {
      for (; seen.pulled < count; seen.pulled++) yield Buffer.alloc(size, 97 + (seen.pulled % 26))
    } finally {
      seen.closed = true
    }
  }
  return { chunks: generate(), seen }
}

const bytesOf = async (body: Uint8Array | AsyncIterable<Uint8Array> | null): Promise<Buffer> =>
  body === null || body instanceof Uint8Array
    ? Buffer.from(body ?? [])
    : Buffer.concat(await Readable.from(body).toArray())

const gzip = { headers: { 'accept-encoding': 'br, gzip' } }
const plain = { headers: {} }

describe('sendChunks', () => {
  test('sends what is short in one write, gzipped where that saves something', async () => {
    const short = await sendChunks(plain, source(2, 2_000).chunks)
    expect(short).toEqual({ headers: { vary: 'Accept-Encoding' }, body: expect.any(Uint8Array) })
    const coded = await sendChunks(gzip, source(2, 2_000).chunks)
    expect(coded).toEqual({
      headers: { vary: 'Accept-Encoding', 'content-encoding': 'gzip' },
      body: expect.any(Uint8Array),
    })
    expect(gunzipSync(await bytesOf(coded.body))).toEqual(await bytesOf(short.body))
    expect((await sendChunks(gzip, source(1, 100).chunks)).headers).toEqual({ vary: 'Accept-Encoding' })
  })

  test('streams what is long, and reads ahead no more than a buffer', async () => {
    for (const request of [plain, gzip]) {
      const { chunks, seen } = source(1_000, 10_000)
      const { headers, body } = await sendChunks(request, chunks)
      expect(body).not.toBeInstanceOf(Uint8Array)
      expect(seen.pulled).toBeLessThan(30)
      const bytes = await bytesOf(body)
      const whole = headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
      expect(whole.equals(await bytesOf(source(1_000, 10_000).chunks))).toBe(true)
    }
  })

  test('closes the source when the reader leaves, even before the first byte', async () => {
    for (const request of [plain, gzip]) {
      for (const pulls of [0, 1]) {
        const { chunks, seen } = source(1_000, 10_000)
        const { body } = await sendChunks(request, chunks)
        // Long bodies are iterables, as the test before has it.
        const iterator = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
        if (pulls === 1) await iterator.next()
        await iterator.return?.()
        await new Promise(setImmediate)
        expect(seen.closed).toBe(true)
        expect(seen.pulled).toBeLessThan(200)
      }
    }
  })

  test('fails at once with what fails at once', async () => {
    const broken = (async function* (): AsyncIterable<Uint8Array> {
      yield Buffer.alloc(10)
      throw new Error('gone')
    })()
    await expect(sendChunks(gzip, broken)).rejects.toThrow('gone')
  })
})
