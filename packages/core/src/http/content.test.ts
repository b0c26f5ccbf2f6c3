import { expect, test } from '@jest/globals'
import {
  bytesContent,
  type Content,
  concatContent,
  measured,
  preparedContent,
  pulledContent,
  sliceContent,
} from './content.ts'

const text = async (bytes: Uint8Array | AsyncIterable<Uint8Array>): Promise<string> => {
  if (bytes instanceof Uint8Array) return String(bytes)
  let whole = ''
  for await (const chunk of bytes) whole += String(chunk)
  return whole
}

const streamed = (letters: string): Content => ({
  length: letters.length,
  async read(range = { offset: 0, length: letters.length }) {
    const chosen = letters.slice(range.offset, range.offset + range.length)
    return (async function* () {
      for (const letter of chosen) yield Buffer.from(letter)
    })()
  },
})

test('every range of a concatenation is that of the whole', async () => {
  const whole = 'abcdefghij'
  const content = concatContent([
    bytesContent(Buffer.from('abc')),
    bytesContent(Buffer.alloc(0)),
    streamed('defg'),
    sliceContent(streamed('xhijx'), { offset: 1, length: 3 }),
  ])
  expect(content.length).toBe(whole.length)
  expect(await text(await content.read())).toBe(whole)
  for (let offset = 0; offset < whole.length; offset++)
    for (let length = 1; length <= whole.length - offset; length++)
      expect(await text(await content.read({ offset, length }))).toBe(whole.slice(offset, offset + length))
})

test('small concatenations come as one buffer, large ones as they are read', async () => {
  const large = bytesContent(Buffer.alloc(1024 * 1024))
  expect(await concatContent([streamed('ab'), streamed('c')]).read()).toEqual(Buffer.from('abc'))
  expect(await concatContent([streamed('a'), large]).read()).not.toBeInstanceOf(Uint8Array)
})

test('contents are read when the reader has come to them, and only where the range lies', async () => {
  const reads: string[] = []
  const large = (name: string): Content => ({
    length: 2_000_000,
    async read(range) {
      reads.push(name)
      return Buffer.alloc(range?.length ?? 2_000_000)
    },
  })
  const bytes = await concatContent([large('a'), large('b'), large('c')]).read({ offset: 2_000_000, length: 2_000_001 })
  expect(reads).toEqual([])
  if (!(bytes instanceof Uint8Array)) for await (const _ of bytes) break
  expect(reads).toEqual(['b'])
})

test('content whose length is not told makes the whole so, until it is measured', async () => {
  let prepared = 0
  const content = concatContent([
    bytesContent(Buffer.from('a')),
    preparedContent(async () => {
      prepared++
      return streamed('bcd')
    }),
    bytesContent(Buffer.from('e')),
  ])
  expect(content.length).toBeUndefined()
  expect(await text(await content.read())).toBe('abcde')
  expect((await measured(content)).length).toBe(5)
  expect(await text(await content.read({ offset: 2, length: 3 }))).toBe('cde')
  expect(prepared).toBe(1)
})

test('content that cannot be measured cannot be ranged', async () => {
  const content = concatContent([{ ...streamed('b'), length: undefined }])
  await expect(measured(content)).rejects.toThrow('unknown length')
})

test('pulled content breaks where it is shorter than it was measured', async () => {
  let letters = 'abc'
  const content = pulledContent(() => [...letters].map(streamed))
  const { length } = await measured(content)
  letters = 'ab'
  await expect(content.read({ offset: 0, length }).then(text)).rejects.toThrow('shorter')
})

test('others have their turn while many contents are passed over', async () => {
  const content = pulledContent(() => Array.from({ length: 5000 }, () => bytesContent(Buffer.from('a'))))
  let turns = 0
  const count = () => {
    turns++
    counting = setImmediate(count)
  }
  let counting = setImmediate(count)
  const { length } = await measured(content)
  expect([length, turns >= 4]).toEqual([5000, true])
  expect(await text(await content.read({ offset: 4999, length: 1 }))).toBe('a')
  expect(turns).toBeGreaterThanOrEqual(8)
  clearImmediate(counting)
})
