import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { type ServerProcess, startServer } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'

jest.setTimeout(60_000)

let server: ServerProcess | undefined
let collector: Server | undefined
afterEach(async () => {
  await server?.stop('SIGKILL')
  collector?.closeAllConnections()
  collector?.close()
  server = undefined
  collector = undefined
})

const store = ({ origin }: ServerProcess, bytes: Uint8Array) =>
  postParts({ root: `${origin}/dicom-web` }, dicomParts(bytes))

/** The samples by name and labels, as they are written. */
async function readMetrics(origin: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${origin}/metrics`)
  expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]))
}

describe('metrics', () => {
  test('count what was done, and name nobody', async () => {
    server = await startServer(['--metrics-port', '0'])
    const metrics = `http://127.0.0.1:${/"metricsPort":(\d+)/.exec(server.output.stdout)?.[1]}`
    const uids = { study: '2.25.4711', series: '2.25.4712', instance: '2.25.4713' }
    const bytes = tinyInstance(uids)
    await store(server, bytes)
    await store(server, bytes)
    const other = Buffer.from(bytes)
    other[other.length - 1] = (other.at(-1) ?? 0) ^ 1
    expect((await store(server, other)).status).toBe(409)
    const root = `${server.origin}/dicom-web`
    for (const path of [
      'studies?PatientName=Nobody',
      'studies/2.25.4711/metadata',
      'studies/2.25.99/metadata',
      'none',
    ]) {
      await (await fetch(`${root}/${path}`)).arrayBuffer()
    }
    await server.logged('"msg":"swept"')

    const samples = await readMetrics(metrics)
    const value = (name: string) => samples.get(name)
    expect(value('sansfilm_instances_stored_total{outcome="added"}')).toBe(1)
    expect(value('sansfilm_instances_stored_total{outcome="identical"}')).toBe(1)
    expect(value('sansfilm_instances_stored_bytes_total')).toBe(bytes.length)
    expect([...samples.keys()].filter((name) => name.startsWith('sansfilm_instances_refused_total{'))).toHaveLength(1)
    const requests = (labels: string) => value(`sansfilm_request_duration_seconds_count{${labels}}`)
    expect(requests('transaction="store",category="instances",status="200"')).toBe(2)
    expect(requests('transaction="store",category="instances",status="409"')).toBe(1)
    expect(requests('transaction="search",category="search",status="204"')).toBe(1)
    expect(requests('transaction="retrieve",category="metadata",status="200"')).toBe(1)
    expect(requests('transaction="retrieve",category="metadata",status="404"')).toBe(1)
    expect(requests('transaction="none",category="none",status="404"')).toBe(1)
    expect(value('sansfilm_request_bytes_total{transaction="store",category="instances"}')).toBeGreaterThan(
      3 * bytes.length,
    )
    expect(value('sansfilm_response_bytes_total{transaction="retrieve",category="metadata"}')).toBeGreaterThan(100)
    expect(value('sansfilm_requests_in_flight')).toBe(0)
    expect(value('sansfilm_adapter_duration_seconds_count{adapter="storage",operation="append"}')).toBe(1)
    expect(value('sansfilm_adapter_duration_seconds_count{adapter="index",operation="add"}')).toBe(1)
    expect(value('sansfilm_ready{part="storage"}')).toBe(1)
    expect(value('sansfilm_ready{part="index"}')).toBe(1)
    expect(value('sansfilm_archive_size{of="instances"}')).toBe(1)
    expect(value('sansfilm_pixel_work{state="waiting"}')).toBe(0)
    expect(value('sansfilm_sweeps_total{outcome="done"}')).toBe(1)
    expect(value('sansfilm_document_cache_lookups_total{result="miss"}')).toBeGreaterThan(0)
    expect(value('nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0)
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(0)
    const said = [...samples.keys()].join('\n')
    expect(said).not.toMatch(/2\.25\.|Nobody/)
    expect((await fetch(`${server.origin}/metrics`)).status).toBe(404)
  })

  test('are off unless a port is given', async () => {
    server = await startServer()
    expect(server.output.stdout).not.toContain('metrics')
    expect((await fetch(`${server.origin}/metrics`)).status).toBe(404)
  })
})

describe('traces', () => {
  test('go where the variables of OpenTelemetry say', async () => {
    const received: { url: string | undefined; text: string }[] = []
    collector = createServer(async (request, response) => {
      const text = Buffer.concat(await request.toArray()).toString('latin1')
      received.push({ url: request.url, text })
      response.end()
    }).listen(0, '127.0.0.1')
    await once(collector, 'listening')
    const { port } = collector.address() as AddressInfo // of TCP
    server = await startServer([], {
      env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_SERVICE_NAME: 'archive-of-the-test' },
    })
    await store(server, tinyInstance({ study: '2.25.4711' }))
    await (await fetch(`${server.origin}/dicom-web/studies/2.25.4711/metadata?nothing=Muster`)).arrayBuffer()
    await server.stop()
    const text = received.map((one) => one.text).join()
    expect(received[0]?.url).toBe('/v1/traces')
    for (const part of [
      'archive-of-the-test',
      'POST /studies',
      'GET /studies/{study}/metadata',
      'dicom.study_instance_uid',
      '2.25.4711',
      'index add',
      'storage append',
    ]) {
      expect(text).toContain(part)
    }
    expect(text).not.toContain('Muster')
  })

  test('that nobody takes hold up no end', async () => {
    server = await startServer([], { env: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' } })
    await store(server, tinyInstance())
    const { status, ms } = await server.stop()
    expect(status).toBe(0)
    expect(ms).toBeLessThan(10_000)
  })
})
