import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace'
import { createDicomweb, type Dicomweb, type DicomwebRequest } from '@sansfilm/core'
import { memoryIndex, memoryStorage } from '@sansfilm/memory'
import { pino } from 'pino'
import { startTracing, type Tracing } from './tracing.ts'
import { watchCalls } from './watch-calls.ts'

const study = '2.25.1'
let exporter: InMemorySpanExporter
let tracing: Tracing
let dicomweb: Dicomweb

beforeEach(() => start({}))
afterEach(() => tracing.close())

function start(env: NodeJS.ProcessEnv): void {
  exporter = new InMemorySpanExporter()
  // What is kept in memory is gone when the exporter is shut down.
  exporter.shutdown = async () => {}
  tracing = startTracing(env, pino({ level: 'silent' }), exporter)
  dicomweb = createDicomweb({
    storage: watchCalls(memoryStorage(), 'storage', tracing.watchCall),
    index: watchCalls(memoryIndex(), 'index', tracing.watchCall),
    observe: tracing.observe,
  })
}

/** Asks, takes the whole answer, and gives the spans of it. */
async function spansOf(request: Partial<DicomwebRequest>): Promise<readonly ReadableSpan[]> {
  const root = { method: 'GET', url: '/', serviceRoot: 'https://pacs.example', headers: {}, body: null }
  const { body } = await dicomweb.handle({ ...root, ...request })
  if (body !== null && !(body instanceof Uint8Array)) for await (const _ of body);
  await tracing.close()
  return exporter.getFinishedSpans()
}

describe('a request', () => {
  test('is a span with its route and UIDs, and nothing of its query', async () => {
    const spans = await spansOf({ url: `/studies/${study}/series?PatientName=Muster` })
    const span = spans.find(({ name }) => name === 'GET /studies/{study}/series')
    expect(span?.attributes).toMatchObject({
      'http.request.method': 'GET',
      'http.route': '/studies/{study}/series',
      'http.response.status_code': 204,
      'dicom.transaction': 'search',
      'dicom.resource_category': 'search',
      'dicom.study_instance_uid': study,
      'sansfilm.partition': 'default',
    })
    expect(span?.resource.attributes).toMatchObject({ 'service.name': 'sansfilm' })
    expect(JSON.stringify(spans.map(({ name, attributes, status }) => [name, attributes, status]))).not.toContain(
      'Muster',
    )
  })

  test('lies below the span of its caller, and the calls of the index below it', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
    const spans = await spansOf({ url: '/studies', headers: { traceparent } })
    const span = spans.find(({ name }) => name === 'GET /studies')
    const call = spans.find(({ name }) => name === 'index search')
    expect(span?.parentSpanContext?.spanId).toBe('b7ad6b7169203331')
    expect(span?.spanContext().traceId).toBe('0af7651916cd43dd8448eb211c80319c')
    expect(call?.parentSpanContext?.spanId).toBe(span?.spanContext().spanId)
  })

  test('is left out where its caller or the sampler says so', async () => {
    expect(
      await spansOf({ headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' } }),
    ).toEqual([])
    start({ OTEL_TRACES_SAMPLER: 'always_off' })
    expect(await spansOf({})).toEqual([])
  })
})

test('a setting that cannot be used is told', () => {
  const log = pino({ level: 'silent' })
  expect(() => startTracing({ OTEL_TRACES_EXPORTER: 'jaeger' }, log)).toThrow('one of otlp, console, none')
  expect(() => startTracing({ OTEL_TRACES_SAMPLER: 'some' }, log, exporter)).toThrow('OTEL_TRACES_SAMPLER: "some"')
})
