import { describe, expect, test } from '@jest/globals'
import type { DerivedCache } from '../adapters/index.ts'
import { DocumentCache } from './document-cache.ts'

function cacheInMemory() {
  const kept = new Map<string, Uint8Array>()
  const cache: DerivedCache = {
    get: async (key) => kept.get(key),
    put: async (key, bytes) => void kept.set(key, bytes),
  }
  return { cache, kept }
}

function document(text: string) {
  let made = 0
  async function* produce(): AsyncIterable<Uint8Array> {
    made++
    for (const letter of text) yield Buffer.from(letter)
  }
  return { produce, made: () => made }
}

const textOf = (outcome: object): string | undefined => ('bytes' in outcome ? String(outcome.bytes) : undefined)

describe('DocumentCache', () => {
  test('makes a document once, however many ask', async () => {
    const cache = new DocumentCache(1000)
    const { produce, made } = document('abc')
    const all = await Promise.all([cache.get('k', produce), cache.get('k', produce)])
    expect([...all, await cache.get('k', produce)].map(textOf)).toEqual(['abc', 'abc', 'abc'])
    expect(made()).toBe(1)
  })

  test('finds what an earlier process kept for later', async () => {
    const { cache, kept } = cacheInMemory()
    const { produce, made } = document('abc')
    await new DocumentCache(1000, cache).get('"k" of any form', produce, true)
    expect([...kept.keys()]).toEqual([expect.stringMatching(/^[0-9a-f]{64}-document$/)])
    expect(textOf(await new DocumentCache(1000, cache).get('"k" of any form', produce, true))).toBe('abc')
    expect(made()).toBe(1)
  })

  test('keeps for later only what is worth it, and short enough', async () => {
    const { cache, kept } = cacheInMemory()
    const documents = new DocumentCache(60, cache)
    await documents.get('cheap', document('abc').produce)
    const long = await documents.get('long', document('abcdefghijk').produce, true)
    expect(textOf(long)).toBeUndefined()
    expect(kept.size).toBe(0)
  })
})
