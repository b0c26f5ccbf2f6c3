import { deflateRawSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { recordOf } from '@sansfilm/adapter-contracts'
import { backFill, type ExtraAttributes } from '@sansfilm/core'
import type { InstanceIndex, Query } from '@sansfilm/core/adapters'
import { type Dataset, tags } from '@sansfilm/dicom'
import { memoryIndex } from './memory-index.ts'

const none: ExtraAttributes = { study: [], series: [], instance: [] }
const withKvp: ExtraAttributes = { ...none, instance: [[tags.KVP]] }

const byKvp: Query = {
  partition: 'default',
  level: 'instance',
  offset: 0,
  conditions: [{ level: 'instance', path: [tags.KVP], vr: 'DS', match: { type: 'values', values: ['120'] } }],
}

async function filledIndex(instances: number): Promise<InstanceIndex> {
  const index = memoryIndex()
  const dataset: Dataset = { [tags.KVP]: { vr: 'DS', Value: [120] } }
  const metadata = deflateRawSync(JSON.stringify(dataset))
  for (let instance = 1; instance <= instances; instance++) {
    await index.add({ ...recordOf({ instance }), metadata }, 'refuse')
  }
  return index
}

describe('backFill', () => {
  it('makes attributes searchable that were configured later, once', async () => {
    const index = await filledIndex(3)
    expect(await index.count(byKvp, 10)).toBe(0)
    expect(await backFill(index, { extraAttributes: withKvp })).toEqual({ instances: 3, complete: true })
    expect(await index.count(byKvp, 10)).toBe(3)
    expect(await backFill(index, { extraAttributes: withKvp })).toEqual({ instances: 0, complete: true })
  })

  it('begins anew for what was not kept for a while', async () => {
    const index = await filledIndex(1)
    await backFill(index, { extraAttributes: withKvp })
    expect(await backFill(index, { extraAttributes: none })).toEqual({ instances: 0, complete: true })
    expect(await backFill(index, { extraAttributes: withKvp })).toEqual({ instances: 1, complete: true })
  })

  it('starts again when it was interrupted', async () => {
    const index = await filledIndex(200)
    const stop = new AbortController()
    const interrupted = backFill(index, {
      extraAttributes: withKvp,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('stopped')),
    })
    await expect(interrupted).rejects.toThrow('stopped')
    expect(await index.extraAttributes()).toBeUndefined()
    expect(await index.count(byKvp, 1_000)).toBe(64)
    expect(await backFill(index, { extraAttributes: withKvp })).toEqual({ instances: 200, complete: true })
    expect(await index.count(byKvp, 1_000)).toBe(200)
  })
})
