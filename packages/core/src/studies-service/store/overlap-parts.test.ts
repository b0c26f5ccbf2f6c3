import { describe, expect, it } from '@jest/globals'
import type { IncomingPart } from '../../http/multipart-related/read.ts'
import { overlapParts } from './overlap-parts.ts'

const bytes = async function* () {
  yield Uint8Array.of(1)
}

async function* partsNamed(names: readonly string[], seen: string[] = []): AsyncIterable<IncomingPart> {
  for (const name of names) {
    seen.push(name)
    yield { headers: { name }, body: bytes() }
  }
}

async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = []
  for await (const item of items) all.push(item)
  return all
}

async function readAll(part: IncomingPart): Promise<void> {
  for await (const _ of part.body);
}

describe('overlapParts', () => {
  it('begins the next part while the last is made durable, and keeps the order', async () => {
    const seen: string[] = []
    const durable = Promise.withResolvers<void>()
    const results = collect(
      overlapParts(partsNamed(['a', 'b', 'c'], seen), {}, async (part) => {
        await readAll(part)
        if (part.headers.name === 'a') await durable.promise
        if (part.headers.name === 'c') durable.resolve()
        return part.headers.name
      }),
    )
    expect(await results).toEqual(['a', 'b', 'c'])
    expect(seen).toEqual(['a', 'b', 'c'])
  })

  it('reads no further than the bound while nothing becomes durable', async () => {
    const seen: string[] = []
    const never = Promise.withResolvers<void>()
    const names = Array.from({ length: 40 }, (_, i) => String(i))
    const iterator = overlapParts(partsNamed(names, seen), {}, async (part) => {
      await readAll(part)
      await never.promise
    })[Symbol.asyncIterator]()
    const first = iterator.next()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(seen).toHaveLength(16)
    never.resolve()
    await first
    await iterator.return?.()
  })

  it('goes on after a part that was not read, and fails as a part failed once the others are done', async () => {
    let finished = false
    const results = overlapParts(partsNamed(['unread', 'slow', 'bad']), {}, async (part) => {
      if (part.headers.name === 'unread') return 'refused'
      await readAll(part)
      if (part.headers.name === 'bad') throw new Error('broken off')
      await new Promise((resolve) => setTimeout(resolve, 20))
      finished = true
      return 'stored'
    })
    await expect(collect(results)).rejects.toThrow('broken off')
    expect(finished).toBe(true)
  })
})
