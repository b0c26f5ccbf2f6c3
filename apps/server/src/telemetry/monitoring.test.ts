import { readFileSync } from 'node:fs'
import { Writable } from 'node:stream'
import { describe, expect, test } from '@jest/globals'
import { pino } from 'pino'
import { parse } from 'yaml'
import { createMetrics } from './metrics.ts'

const root = new URL('../../../../', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, root), 'utf8')

/** The names of all metrics of a server, as it tells them itself. */
async function metricNames(): Promise<ReadonlySet<string>> {
  let said = ''
  const heard = new Writable({
    write(chunk, _, done) {
      said += chunk
      done()
    },
  })
  const log = pino({}, heard)
  const metrics = createMetrics({ host: '127.0.0.1', port: 0 }, log)
  metrics.watchCache({ get: async () => undefined, put: async () => {} })
  const nothing = { storage: {}, index: { statistics: async () => ({}) } }
  await metrics.start({
    dicomweb: { backend: nothing as never, keptDocuments: () => ({ hits: 0, misses: 0, bytes: 0 }) }, // all that is read
    pixels: { state: () => ({ threads: 1, running: 0, waiting: 0 }) },
    readiness: async () => ({ storage: true, index: true }),
  })
  const { metricsPort } = JSON.parse(said) as { metricsPort: number } // the one line
  const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  await metrics.close()
  return new Set([...text.matchAll(/^# TYPE (\S+) /gm)].map(([, name = '']) => name))
}

/** The metrics that a query of PromQL asks for. */
function metricsIn(query: string): string[] {
  return [...query.matchAll(/\b(?:sansfilm|nodejs|process)_\w+/g)].map(([name]) =>
    name.replace(/_(bucket|count|sum)$/, ''),
  )
}

const names = await metricNames()

test('there are metrics', () => {
  expect(names.size).toBeGreaterThan(30)
})

test('alerts ask for metrics that there are', () => {
  const { groups } = parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: { expr: string }[] }[] } // ours
  const asked = groups.flatMap(({ rules }) => rules.flatMap(({ expr }) => metricsIn(expr)))
  expect(asked.length).toBeGreaterThan(10)
  expect(asked.filter((name) => !names.has(name))).toEqual([])
})

test('the dashboard asks for metrics that there are', () => {
  const { panels } = JSON.parse(read('deploy/grafana/dashboards/sansfilm.json')) as {
    panels: { targets?: { expr: string }[] }[]
  } // ours
  const asked = panels.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => metricsIn(expr)))
  expect(asked.length).toBeGreaterThan(20)
  expect(asked.filter((name) => !names.has(name))).toEqual([])
})

describe('the guide', () => {
  const guide = read('docs/guides/operate.md')

  test('has every metric of the server', () => {
    const own = [...names].filter((name) => name.startsWith('sansfilm_'))
    expect(own.filter((name) => !guide.includes(`\`${name}\``))).toEqual([])
  })

  test('has no metric that there is not', () => {
    const told = [...guide.matchAll(/`((?:sansfilm|nodejs|process)_\w+)`/g)].map(([, name = '']) => name)
    expect(told.filter((name) => !names.has(name))).toEqual([])
  })
})
