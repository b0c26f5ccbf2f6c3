import { expect, it } from '@jest/globals'
import { openedStream } from './opened-stream.ts'

/** A source that is open from the start, as a file is. */
function openSource() {
  const source = {
    closed: 0,
    [Symbol.asyncIterator]: () => source,
    next: async () => ({ done: false as const, value: Buffer.from('x') }),
    async return() {
      source.closed++
      return { done: true as const, value: undefined }
    },
  }
  return source
}

async function* copy(bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of bytes) yield chunk
}

it('closes its source once, begun or not', async () => {
  const unread = openSource()
  await openedStream(unread, copy)[Symbol.asyncIterator]().return?.()
  expect(unread.closed).toBe(1)
  const read = openSource()
  for await (const _ of openedStream(read, copy)) break
  expect(read.closed).toBe(1)
})
