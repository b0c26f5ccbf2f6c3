import type { InstanceScope, Query } from '../../adapters/index.ts'
import type { Backend } from '../../backend.ts'
import { documentsOf } from '../document-cache.ts'
import { metadataJson } from './metadata-document.ts'

/** Of fewer instances, metadata is made as quickly as a file is read. */
export const leastKeptForLater = 16

/** Of so many instances metadata is too long to be kept as one document, or soon will be. */
export const mostInOneDocument = 1_000

/**
 * The metadata of a large study, put together from that of its series, which are kept one by one: so it is never held as a
 * whole, and what is asked of a series is kept for its study.
 * @param keyOf names the document of a series at a revision
 */
export async function* studyMetadataJson(
  { partition, study }: InstanceScope,
  root: string,
  backend: Backend,
  keyOf: (scope: InstanceScope, revision: string) => string,
): AsyncIterable<Uint8Array> {
  const { index } = backend
  const query: Query = { partition, level: 'series', study, conditions: [], offset: 0 }
  let before = '['
  for await (const { series } of (await index.search(query)).matches) {
    const scope = { partition, study, ...(series !== undefined && { series }) }
    const state = await index.state(scope)
    if (state === undefined) continue // deleted meanwhile
    const produce = () => metadataJson(scope, root, index)
    const isWorthIt = state.instances >= leastKeptForLater
    const outcome = await documentsOf(backend).get(keyOf(scope, state.revision), produce, isWorthIt)
    for await (const items of withoutBrackets('bytes' in outcome ? [outcome.bytes] : outcome.stream)) {
      if (before !== '') yield Buffer.from(before)
      before = ''
      yield items
    }
    before ||= ','
  }
  yield Buffer.from(before === '[' ? '[]' : ']')
}

/** What stands between the brackets of an array, which are the first and the last byte. */
async function* withoutBrackets(array: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
  let held: Uint8Array | undefined
  for await (const chunk of array) {
    if (held !== undefined && held.length > 0) yield held
    held = held === undefined ? chunk.subarray(1) : chunk
  }
  const last = held?.subarray(0, -1)
  if (last !== undefined && last.length > 0) yield last
}
