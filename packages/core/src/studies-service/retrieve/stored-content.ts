import type { InflatedObject, InstanceStorage, ObjectLocation } from '../../adapters/index.ts'
import type { Content } from '../../http/content.ts'
import { RunReader } from './run-reader.ts'

/** Up to this length one buffer is cheaper than a stream. */
const oneBufferLength = 1024 * 1024

/** The bytes of a stored object, read from where they lie. */
export function storedContent(storage: InstanceStorage, location: ObjectLocation): Content {
  return {
    length: location.length,
    async read(range = { offset: 0, length: location.length }, reading) {
      const wanted = { offset: location.offset + range.offset, length: range.length }
      if (wanted.length > oneBufferLength) return storage.get(location.key, wanted)
      const run = storage.readsInRuns === true ? reading?.share(storage, () => new RunReader(storage)) : undefined
      const bytes = await (run ?? storage).read(location.key, wanted)
      if (bytes.length !== wanted.length)
        throw new Error(`A stored object is shorter than its row says: ${location.key}`)
      return bytes
    },
  }
}

/** The bytes of an inflated object. */
export function inflatedContent(storage: InstanceStorage, { key, length }: InflatedObject): Content {
  return storedContent(storage, { key, offset: 0, length })
}
