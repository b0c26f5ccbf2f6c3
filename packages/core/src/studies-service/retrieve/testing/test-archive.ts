import { createHash } from 'node:crypto'
import {
  type BulkDataRange,
  type Dataset,
  encodeFrameTable,
  type FrameSpan,
  type PixelDataLayout,
  tags,
  transferSyntaxes,
  type Uid,
} from '@sansfilm/dicom'
import type {
  DerivedAttributes,
  DerivedCache,
  InstanceIndex,
  InstanceScope,
  InstanceStorage,
  Renderer,
  StoredInstance,
  Transcoder,
} from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import type { Authorization, Context } from '../../../context.ts'
import { Derivations } from '../../../derivations.ts'
import type { DicomwebEvent } from '../../../events.ts'
import type { DicomwebResponse } from '../../../http/message.ts'
import type { Transaction } from '../../../transaction.ts'
import { encodePreparedMetadata } from '../../prepared-metadata.ts'
import type { Target } from '../../resources.ts'

/** What a test says of an instance; the rest has defaults. The bytes need not be DICOM: a retrieve never parses them. */
export interface TestInstance {
  readonly instance: string
  readonly series?: string
  readonly sopClass?: Uid
  readonly bytes: Uint8Array
  readonly syntax?: keyof typeof transferSyntaxes
  readonly dataset?: Dataset
  readonly bulkData?: readonly BulkDataRange[]
  readonly pixelData?: Partial<PixelDataLayout>
  readonly spans?: readonly FrameSpan[]
}

/** What a retrieve answered, its body read to the end. */
export interface Answer extends Omit<DicomwebResponse, 'body'> {
  readonly body: Buffer
  readonly streamed: boolean
}

/** A backend over a few instances of study 1.2, that counts what is asked of it. */
export async function createTestArchive(
  instances: readonly TestInstance[],
  allowed: Authorization = true,
  {
    renderer,
    transcoder,
    derivedCache,
  }: { readonly renderer?: Renderer; readonly transcoder?: Transcoder; readonly derivedCache?: DerivedCache } = {},
) {
  const calls: string[] = []
  const events: DicomwebEvent[] = []
  const objects = new Map(instances.map(({ instance, bytes }) => [instance, bytes]))
  const rows = instances.map((each) => ({ each, stored: toStored(each) }))
  let afterCall: (call: string) => void = () => undefined
  const prepared = new Map<string, Uint8Array>()
  for (const { each, stored } of rows)
    prepared.set(
      stored.instance,
      await encodePreparedMetadata(each.dataset ?? { [tags.SOPInstanceUID]: uid(each) }, stored),
    )
  const within = ({ study, series, instance }: InstanceScope) =>
    rows.filter(
      ({ stored }) =>
        stored.study === study &&
        (series === undefined || stored.series === series) &&
        (instance === undefined || stored.instance === instance),
    )
  const counted = <T>(call: string, value: T): T => {
    calls.push(call)
    afterCall(call)
    return value
  }
  const index: Partial<InstanceIndex> = {
    state: async (scope) => {
      const found = within(scope)
      const revision = found.map(({ stored }) => stored.digest).join()
      return counted('state', found.length === 0 ? undefined : { revision, instances: found.length, bytes: 0 })
    },
    async *instances(scope) {
      counted('instances', undefined)
      for (const { stored } of within(scope)) yield stored
    },
    async *metadata(scope) {
      counted('metadata', undefined)
      for (const { stored } of within(scope))
        yield { stored, metadata: prepared.get(stored.instance) ?? new Uint8Array() }
    },
    bulkData: async (scope, path) => {
      const [found] = within(scope)
      if (found === undefined) return counted('bulkData', undefined)
      const ranges = (found.each.bulkData ?? []).filter((range) => path === undefined || range.path === path)
      return counted('bulkData', { stored: found.stored, ranges })
    },
    frames: async (scope, blocks) => {
      const [found] = within(scope)
      if (found === undefined) return counted('frames', undefined)
      const table = encodeFrameTable(found.each.spans ?? [])
      const asked = blocks.flatMap((block) => (table[block] === undefined ? [] : [[block, table[block]] as const]))
      return counted('frames', { stored: found.stored, pixelData: layoutOf(found.each), blocks: new Map(asked) })
    },
    search: async ({ level, study = '', series, offset, limit, visibility }) => {
      // No group is visible where there is none; tests need no others.
      const found =
        visibility?.length === 0 ? [] : within({ partition: 'default', study, ...(series !== undefined && { series }) })
      const bySeries = Map.groupBy(found, ({ stored }) => stored.series)
      const rows =
        level === 'series' ? [...bySeries.values()].map((group) => group.slice(0, 1)) : found.map((row) => [row])
      const page = rows.flat().slice(offset, limit === undefined ? undefined : offset + limit)
      async function* matches() {
        for (const { each, stored } of page) {
          const numberOfSeriesRelatedInstances = bySeries.get(stored.series)?.length ?? 0
          const derived = { numberOfSeriesRelatedInstances } as DerivedAttributes // a retrieve uses no more of it
          yield { ...stored, attributes: { series: each.dataset ?? {} }, derived, cursor: '' }
        }
      }
      return counted('search', { matches: matches() })
    },
  }
  const storage: Partial<InstanceStorage> = {
    read: async (key, { offset, length }) => counted('read', bytesOf(objects, key).subarray(offset, offset + length)),
    get: async (key, range) => {
      const bytes = bytesOf(objects, key)
      const { offset, length } = range ?? { offset: 0, length: bytes.length }
      return counted('get', inChunks(bytes.subarray(offset, offset + length)))
    },
  }
  const backend = {
    index,
    storage,
    authorize: () => allowed,
    emit: (event: DicomwebEvent) => events.push(event),
    limits: { maxCacheBytes: 1024 * 1024 },
    renderer,
    transcoder,
    derivations: new Derivations(derivedCache),
    derivedCache,
  } as unknown as Backend // a retrieve uses no more of it

  const context: Context = { partition: 'default', caller: { id: 'test' }, requestId: '1' }
  return {
    calls,
    events,
    /** Replaces an instance when `call` is made for the `nth` time from now. */
    replaceAt(call: string, nth: number, { instance, bytes }: Pick<TestInstance, 'instance' | 'bytes'>): void {
      let left = nth
      afterCall = (made) => {
        if (made !== call || --left !== 0) return
        const at = rows.findIndex(({ stored }) => stored.instance === instance)
        const each = { ...(rows[at]?.each ?? { instance }), bytes }
        rows[at] = { each, stored: toStored(each) }
        objects.set(instance, bytes)
      }
    },
    async retrieve(
      transaction: Transaction,
      target: Target,
      headers: Record<string, string> = {},
      method = 'GET',
      query = '',
      signal?: AbortSignal,
    ): Promise<Answer> {
      const url = `/x${query}`
      const serviceRoot = 'http://pacs/dicom-web'
      const request = { method, url, serviceRoot, headers, body: null, ...(signal !== undefined && { signal }) }
      const response = await transaction(request, { study: '1.2', ...target }, context, backend)
      const chunks: Uint8Array[] = []
      const streamed = response.body !== null && !(response.body instanceof Uint8Array)
      if (response.body instanceof Uint8Array) chunks.push(response.body)
      else if (response.body !== null) for await (const chunk of response.body) chunks.push(Buffer.from(chunk))
      return { ...response, body: Buffer.concat(chunks), streamed }
    },
  }
}

/** The parts of a multipart answer: header lines and bytes. */
export function partsOf({ headers, body }: Answer): { readonly head: string; readonly bytes: Buffer }[] {
  const boundary = /boundary="?([^";]+)/.exec(headers['content-type'] ?? '')?.[1]
  return body
    .toString('latin1')
    .split(`--${boundary}`)
    .slice(1, -1)
    .map((part) => {
      const end = part.indexOf('\r\n\r\n')
      return { head: part.slice(2, end), bytes: Buffer.from(part.slice(end + 4, -2), 'latin1') }
    })
}

function toStored({
  instance,
  series = '1.3',
  bytes,
  syntax = 'ExplicitVRLittleEndian',
  sopClass = '1.4',
}: TestInstance): StoredInstance {
  return {
    partition: 'default',
    study: '1.2',
    series,
    instance,
    sopClass,
    transferSyntax: transferSyntaxes[syntax].uid,
    location: { key: instance, offset: 0, length: bytes.length },
    digest: createHash('sha256').update(bytes).digest('hex'),
    storedAt: new Date('2024-05-06T07:08:09.5Z'),
    inflated: undefined,
  }
}

function layoutOf({ pixelData, bytes, spans, syntax = 'ExplicitVRLittleEndian' }: TestInstance) {
  if (pixelData === undefined) return undefined
  const { encapsulated } = transferSyntaxes[syntax]
  const frames = spans?.length ?? 1
  return {
    tag: tags.PixelData,
    vr: 'OW',
    encapsulated,
    offset: 0,
    length: bytes.length,
    frames,
    frameBits: 0,
    ...pixelData,
  } as const
}

function uid({ instance }: TestInstance) {
  return { vr: 'UI', Value: [instance] } as const
}

function bytesOf(objects: ReadonlyMap<string, Uint8Array>, key: string): Uint8Array {
  return objects.get(key) ?? new Uint8Array()
}

/** Small chunks in memory that is used again, as a storage may. */
async function* inChunks(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  const memory = new Uint8Array(1000)
  for (let at = 0; at < bytes.length; at += memory.length) {
    const chunk = bytes.subarray(at, at + memory.length)
    memory.set(chunk)
    yield memory.subarray(0, chunk.length)
  }
}
