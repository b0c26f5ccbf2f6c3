import { expect, test } from '@jest/globals'
import type { DerivedCache } from './adapters/index.ts'
import { cacheInTiers } from './cache-in-tiers.ts'

const bytes = Buffer.from('bytes')

function cacheInMemory() {
  const kept = new Map<string, Uint8Array>()
  const asked: string[] = []
  const cache: DerivedCache = {
    async get(key) {
      asked.push(key)
      return kept.get(key)
    },
    put: async (key, bytes) => void kept.set(key, bytes),
  }
  return { cache, kept, asked }
}

test('what is put is kept near and far', async () => {
  const [near, far] = [cacheInMemory(), cacheInMemory()]
  await cacheInTiers(near.cache, far.cache).put('a-rendered', bytes)
  expect([near.kept.get('a-rendered'), far.kept.get('a-rendered')]).toEqual([bytes, bytes])
})

test('what others have put far is taken from there once', async () => {
  const [near, far] = [cacheInMemory(), cacheInMemory()]
  far.kept.set('a-document', bytes)
  const cache = cacheInTiers(near.cache, far.cache)
  expect([await cache.get('a-document'), await cache.get('a-document')]).toEqual([bytes, bytes])
  expect(far.asked).toEqual(['a-document'])
  expect(await cache.get('b-document')).toBeUndefined()
})

test('a long frame is found near, and its memory goes back there', async () => {
  const [near, far] = [cacheInMemory(), cacheInMemory()]
  const found = { length: 1, read: async () => undefined }
  const reused: Uint8Array[] = []
  const cache = cacheInTiers(
    { ...near.cache, find: async () => found, reuse: (piece) => reused.push(piece) },
    far.cache,
  )
  expect(await cache.find?.('a-transcoded')).toBe(found)
  cache.reuse?.(bytes)
  expect(reused).toEqual([bytes])
  expect(await cacheInTiers(near.cache, far.cache).find?.('a-transcoded')).toBeUndefined()
})

test('transcoded frames stay near, and are not looked for elsewhere', async () => {
  const [near, far] = [cacheInMemory(), cacheInMemory()]
  const cache = cacheInTiers(near.cache, far.cache)
  expect(await cache.get('a-transcoded')).toBeUndefined()
  await cache.put('a-transcoded', bytes)
  expect(await cache.get('a-transcoded')).toBe(bytes)
  expect([far.asked, [...far.kept]]).toEqual([[], []])
})
