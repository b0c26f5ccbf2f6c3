import { deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from '@jest/globals'
import { collectBytes, fromReadableStream, limitBytes, observeFailure, toReadableStream } from './byte-stream.ts'
import { decodeContentEncoding } from './content-encoding.ts'

const tooMuch = (): Error => new Error('too much')
const all = (source: AsyncIterable<Uint8Array>): Promise<Uint8Array> => collectBytes(source, 1e9, tooMuch)

/** A source that says when it was released. */
function source(...chunks: readonly (string | Uint8Array)[]) {
  const state = { pulls: 0, released: false }
  async function* bytes(): AsyncGenerator<Uint8Array> {
    try {
      for (const chunk of chunks) {
        state.pulls++
        yield Buffer.from(chunk)
      }
    } finally {
      state.released = true
    }
  }
  return { state, bytes: bytes() }
}

test('bytes are limited as they pass, and the source is released', async () => {
  expect(String(await collectBytes(source('ab', 'c').bytes, 3, tooMuch))).toBe('abc')
  const { state, bytes } = source('ab', 'cd', 'ef')
  await expect(all(limitBytes(bytes, 3, tooMuch))).rejects.toThrow('too much')
  expect(state).toEqual({ pulls: 2, released: true })
})

test('collected bytes do not change with the memory of the source', async () => {
  const memory = Buffer.alloc(2)
  async function* reusing() {
    yield memory.fill('a')
    yield memory.fill('b')
  }
  expect(String(await all(reusing()))).toBe('aabb')
})

test('a failure is observed and passed on; a source is released even unread', async () => {
  const seen: unknown[] = []
  const failure = new Error('broken')
  async function* failing(): AsyncIterable<Uint8Array> {
    yield Buffer.from('a')
    throw failure
  }
  await expect(all(observeFailure(failing(), (error) => seen.push(error)))).rejects.toBe(failure)
  expect(seen).toEqual([failure])

  let released = false
  const unread: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next: async () => ({ done: true, value: undefined }),
      return: async () => {
        released = true
        return { done: true, value: undefined }
      },
    }),
  }
  await observeFailure(unread, () => undefined)
    [Symbol.asyncIterator]()
    .return?.()
  expect(released).toBe(true)
})

describe('web streams', () => {
  test('carry the bytes there and back', async () => {
    expect(String(await all(fromReadableStream(toReadableStream(source('a', '', 'bc').bytes))))).toBe('abc')
  })

  test('pull only what is read, and release the source when cancelled', async () => {
    const { state, bytes } = source('a', 'b', 'c')
    const reader = toReadableStream(bytes).getReader()
    expect(state.pulls).toBe(0)
    await reader.read()
    expect(state.pulls).toBe(1)
    await reader.cancel()
    expect(state.released).toBe(true)
  })

  test('are cancelled when the iteration ends early', async () => {
    const { state, bytes } = source('a', 'b')
    for await (const _ of fromReadableStream(toReadableStream(bytes))) break
    expect(state.released).toBe(true)
  })
})

describe('decodeContentEncoding', () => {
  const limits = { freeBytes: 1000, maxRatio: 10 }
  const text = 'DICM'.repeat(20)

  test.each([
    ['gzip', gzipSync(text)],
    ['X-GZIP ', gzipSync(text)],
    ['deflate', deflateSync(text)],
    ['identity', Buffer.from(text)],
    [undefined, Buffer.from(text)],
  ])('decodes %s', async (coding, body) => {
    const cut = source(body.subarray(0, 5), body.subarray(5))
    expect(String(await all(decodeContentEncoding(cut.bytes, coding, limits)))).toBe(text)
  })

  test.each(['br', 'gzip, gzip', 'zip'])('refuses %s', (coding) => {
    expect(() => decodeContentEncoding(source().bytes, coding, limits)).toThrow(
      expect.objectContaining({ code: 'unsupported-media-type', headers: { 'accept-encoding': 'gzip, deflate' } }),
    )
  })

  test('stops a bomb early, and lets plain growth pass', async () => {
    const bomb = source(gzipSync(Buffer.alloc(50_000_000)))
    await expect(all(decodeContentEncoding(bomb.bytes, 'gzip', limits))).rejects.toMatchObject({
      code: 'payload-too-large',
    })
    const small = source(gzipSync(Buffer.alloc(1000)))
    expect((await all(decodeContentEncoding(small.bytes, 'gzip', limits))).length).toBe(1000)
  })

  test.each([gzipSync(text).subarray(0, 20), Buffer.from('no gzip at all')])(
    'says that data are damaged',
    async (body) => {
      await expect(all(decodeContentEncoding(source(body).bytes, 'gzip', limits))).rejects.toMatchObject({
        code: 'bad-request',
      })
    },
  )

  test('passes on the failure of the source', async () => {
    const gone = new Error('gone')
    async function* broken(): AsyncIterable<Uint8Array> {
      yield gzipSync(text).subarray(0, 20)
      throw gone
    }
    await expect(all(decodeContentEncoding(broken(), 'gzip', limits))).rejects.toBe(gone)
  })

  test('releases the source when its reader stops', async () => {
    const { state, bytes } = source(gzipSync(text).subarray(0, 30), gzipSync(text).subarray(30), 'x', 'x', 'x')
    for await (const _ of decodeContentEncoding(bytes, 'gzip', limits)) break
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(state.released).toBe(true)
  })
})
