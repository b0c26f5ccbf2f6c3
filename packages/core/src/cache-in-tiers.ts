import type { DerivedCache } from './adapters/index.ts'

/**
 * Two caches as one: what the near one lacks is taken from the far one, and kept near. Both get what is new, but for
 * transcoded frames, which are made faster than they are fetched from afar.
 * @param near of this process, such as a folder of its disk
 * @param far which other processes use too, such as a bucket
 * @example cacheInTiers(filesystemCache({ directory, maxBytes }), s3Cache({ endpoint, bucket, maxBytes }))
 */
export function cacheInTiers(near: DerivedCache, far: DerivedCache): DerivedCache {
  return {
    async get(key) {
      const kept = await near.get(key)
      if (kept !== undefined || isFrame(key)) return kept
      const shared = await far.get(key)
      // The answer does not wait for what only later ones need; a cache rejects for nothing.
      if (shared !== undefined) void near.put(key, shared)
      return shared
    },

    // Long entries are frames.
    find: async (key) => near.find?.(key),
    reuse: (bytes) => near.reuse?.(bytes),

    async put(key, bytes) {
      await Promise.all([near.put(key, bytes), isFrame(key) ? undefined : far.put(key, bytes)])
    },
  }
}

const isFrame = (key: string): boolean => key.endsWith('-transcoded')
