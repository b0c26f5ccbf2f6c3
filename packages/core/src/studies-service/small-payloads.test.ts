import { describe, expect, test } from '@jest/globals'
import type { Backend } from '../backend.ts'
import type { Content } from '../http/content.ts'
import { keptWhereSmall } from './small-payloads.ts'

/** An archive of its own, of which nothing else is looked at. */
const archive = (maxCacheBytes: number) => ({ index: {}, limits: { maxCacheBytes } }) as Backend

/** Content whose memory is used again for each read, as a storage may that has got it back. */
function content(bytes: Uint8Array): Content & { reads: () => number } {
  const memory = Buffer.alloc(bytes.length)
  let reads = 0
  return {
    length: bytes.length,
    reads: () => reads,
    async read({ offset, length } = { offset: 0, length: bytes.length }) {
      reads++
      memory.fill(0).set(bytes.subarray(offset, offset + length))
      return memory.subarray(0, length)
    },
  }
}

const text = async (reading: ReturnType<Content['read']>) => Buffer.from((await reading) as Uint8Array).toString()

describe('a small payload', () => {
  test('is read once, and then lies in memory, whole or in ranges', async () => {
    const backend = archive(1000)
    const source = content(Buffer.from('tile'))
    const read = (range?: Parameters<Content['read']>[0]) => keptWhereSmall(source, '"a"', backend).read(range)
    expect(await text(read())).toBe('tile')
    await source.read({ offset: 0, length: 0 })
    expect([await text(read()), await text(read({ offset: 1, length: 2 }))]).toEqual(['tile', 'il'])
    expect(source.reads()).toBe(2)
  })

  test('of which a range was read is not taken for the whole', async () => {
    const backend = archive(1000)
    const source = content(Buffer.from('tile'))
    await keptWhereSmall(source, '"a"', backend).read({ offset: 1, length: 2 })
    expect(await text(keptWhereSmall(source, '"a"', backend).read())).toBe('tile')
  })

  test('of another tag, or of another archive, is another', async () => {
    const backend = archive(1000)
    await keptWhereSmall(content(Buffer.from('one')), '"a"', backend).read()
    expect(await text(keptWhereSmall(content(Buffer.from('two')), '"b"', backend).read())).toBe('two')
    expect(await text(keptWhereSmall(content(Buffer.from('six')), '"a"', archive(1000)).read())).toBe('six')
  })

  test('makes room for later ones', async () => {
    const backend = archive(40)
    const first = content(Buffer.from('seven b'))
    for (const tag of ['"a"', '"b"', '"a"']) await keptWhereSmall(first, tag, backend).read()
    expect(first.reads()).toBe(3)
  })
})

test('long content, or of a length that is not known, is read each time', async () => {
  const backend = archive(1_000_000)
  const long = content(new Uint8Array(64 * 1024 + 1))
  const unknown = { ...content(Buffer.from('tile')), length: undefined }
  for (const source of [long, unknown]) {
    for (let n = 0; n < 3; n++) await keptWhereSmall(source, '"a"', backend).read()
    expect(source.reads()).toBe(3)
  }
})
