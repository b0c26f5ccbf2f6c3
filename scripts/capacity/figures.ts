import type { Costs, Load } from './plan.ts'

/*
 * The figures of docs/capacity.md. `measured` are ours, by scripts/capacity/measure-index.ts; everything else is an
 * assumption: put in your own.
 */

/** Bytes for each instance: of CTs 50,000 in SQLite and 24,000 in PostgreSQL, of MRs 10,000, on one machine. */
export const measured = [
  { kind: 'CT, 80 attributes, 500 instances a study', sqlite: 2_650, postgres: 3_190, wal: 4_900 },
  { kind: 'MR, 45 attributes, 4,000 instances a study', sqlite: 1_962, postgres: 2_195, wal: 2_920 },
] as const

export const loads: readonly Load[] = [
  {
    name: 'First year: 20 hospitals, 50 TB',
    studiesPerWeek: 3_850,
    studyBytes: 250e6,
    instanceBytes: 500e3,
    peak: 5,
    readsPerStudy: 3,
  },
  {
    name: 'Region: a fifth of the MRIs',
    studiesPerWeek: 3_300,
    studyBytes: 4e9,
    instanceBytes: 500e3,
    peak: 5,
    readsPerStudy: 3,
  },
  {
    name: 'Country: 16,500 MRIs a week',
    studiesPerWeek: 16_500,
    studyBytes: 4e9,
    instanceBytes: 500e3,
    peak: 5,
    readsPerStudy: 3,
  },
]

export const costs: Costs = {
  indexBytes: Math.max(...measured.map(({ postgres }) => postgres)),
  walBytes: Math.max(...measured.map(({ wal }) => wal)),
  pagesPerInstance: 10,
  packBytes: 32 * 2 ** 20,
  packedUpTo: 2 ** 20,
  processBytesPerSecond: 60e6,
  verifyBytesPerDay: 500e9,
  objectGbMonth: 0.024,
  databaseGbMonth: 0.13,
  thousandPuts: 0.0053,
  thousandGets: 0.00042,
}
