import type { Table } from '../docs/table.ts'
import { costs, loads, measured } from './figures.ts'
import { type Costs, type Load, type Plan, planFor } from './plan.ts'

/** The tables of docs/capacity.md. */
export const capacityTables = {
  measured: {
    header: ['Instances', 'SQLite, B', 'PostgreSQL, B', 'write-ahead log of PostgreSQL, B'],
    rows: measured.map(({ kind, sqlite, postgres, wal }) => [kind, count(sqlite), count(postgres), count(wal)]),
  },
  assumptions: {
    header: ['Assumption', 'Value'],
    rows: [
      ['an instance, on average', bytes(loads[0]?.instanceBytes ?? 0)],
      ['the busiest hour brings, times the mean', String(loads[0]?.peak)],
      ['a study is read whole in its first year, times', String(loads[0]?.readsPerStudy)],
      ['an object that small instances share', bytes(costs.packBytes)],
      ['pages of the database that an instance touches', String(costs.pagesPerInstance)],
      ['a server process takes in, a second', bytes(costs.processBytesPerSecond)],
      ['objects, a GB for a month', money(costs.objectGbMonth)],
      ['database, a GB for a month', money(costs.databaseGbMonth)],
      ['a thousand PUTs', money(costs.thousandPuts)],
      ['a thousand GETs', money(costs.thousandGets)],
    ],
  },
  plan: planTable(loads, costs),
} as const satisfies Readonly<Record<string, Table>>

/** A column for each load. */
export function planTable(columns: readonly Load[], assumed: Costs): Table {
  const plans = columns.map((load) => planFor(load, assumed))
  const row = (name: string, value: (plan: Plan) => string) => [name, ...plans.map(value)]
  return {
    header: ['', ...columns.map(({ name }) => name)],
    rows: [
      row('taken in, mean', ({ bytesPerSecond }) => `${bytes(bytesPerSecond.mean)}/s`),
      row('taken in, busiest hour', ({ bytesPerSecond }) => `${bytes(bytesPerSecond.peak)}/s`),
      row('instances, busiest hour', ({ instancesPerSecond }) => `${count(instancesPerSecond.peak)}/s`),
      row('objects kept, a year', ({ bytesPerYear }) => bytes(bytesPerYear)),
      row('instances, a year', ({ instancesPerYear }) => count(instancesPerYear)),
      row('database, a year', ({ databaseBytesPerYear }) => bytes(databaseBytesPerYear)),
      row('write-ahead log, a day', ({ walBytesPerDay }) => bytes(walBytesPerDay)),
      row('pages written, busiest hour, at most', ({ pagesPerSecondAtPeak }) => `${count(pagesPerSecondAtPeak)}/s`),
      row('objects a year, each instance its own', ({ objectsPerYear }) => count(objectsPerYear.single)),
      row('objects a year, shared', ({ objectsPerYear }) => count(objectsPerYear.shared)),
      row('PUTs a year, each its own', ({ cost }) => money(cost.putsPerYear.single)),
      row('PUTs a year, shared', ({ cost }) => money(cost.putsPerYear.shared)),
      row('GETs a year, each its own', ({ cost }) => money(cost.getsPerYear.single)),
      row('GETs a year, shared', ({ cost }) => money(cost.getsPerYear.shared)),
      row('server processes', ({ processes }) => count(processes)),
      row('days to verify a year of it', ({ verifyDays }) => count(verifyDays)),
      row('storage for a month, after a year', ({ cost }) => money(cost.storageMonth)),
      row('one TB for a year, with its rows', ({ cost }) => money(cost.terabyteYear)),
      row('one study, with a year of keeping', ({ cost }) => money(cost.study)),
    ],
  }
}

/** Three digits in decimal units. */
function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'] as const
  const power = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1)
  return `${Number((value / 1000 ** power).toPrecision(3))} ${units[power]}`
}

function count(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-US')
}

function money(value: number): string {
  return `$${value < 1 ? Number(value.toPrecision(2)) : Number(value.toPrecision(3)).toLocaleString('en-US')}`
}
