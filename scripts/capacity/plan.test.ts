import { describe, expect, test } from '@jest/globals'
import { type Costs, type Load, planFor } from './plan.ts'

const load: Load = {
  name: 'ten studies a week of a thousand instances',
  studiesPerWeek: 10,
  studyBytes: 604_800_000,
  instanceBytes: 604_800,
  peak: 4,
  readsPerStudy: 2,
}

const costs: Costs = {
  indexBytes: 3_000,
  walBytes: 7_000,
  pagesPerInstance: 8,
  packBytes: 60_480_000,
  packedUpTo: 1_000_000,
  processBytesPerSecond: 15_000,
  verifyBytesPerDay: 864_000_000,
  objectGbMonth: 0.02,
  databaseGbMonth: 0.1,
  thousandPuts: 5,
  thousandGets: 0.5,
}

describe('planFor', () => {
  const plan = planFor(load, costs)

  test('spreads a week over its seconds, and takes the busiest hour from there', () => {
    expect(plan.bytesPerSecond).toEqual({ mean: 10_000, peak: 40_000 })
    expect(plan.instancesPerSecond.mean).toBeCloseTo(10_000 / 604_800, 10)
    expect(plan.processes).toBe(Math.ceil(40_000 / 15_000) + 1)
    expect(plan.pagesPerSecondAtPeak).toBeCloseTo((8 * 40_000) / 604_800, 10)
  })

  test('counts rows, objects and requests', () => {
    const studies = (10 * 365) / 7
    expect(plan.instancesPerYear).toBeCloseTo(studies * 1_000, 5)
    expect(plan.databaseBytesPerYear).toBeCloseTo(studies * 1_000 * 3_000, 3)
    expect(plan.objectsPerYear.single).toBeCloseTo(studies * 1_000, 5)
    expect(plan.objectsPerYear.shared).toBeCloseTo(studies * 10, 5)
    expect(plan.getsPerYear.shared).toBeCloseTo(studies * 20, 5)
    expect(plan.verifyDays).toBeCloseTo(365, 5)
  })

  test('an instance that is too large to share is an object of its own', () => {
    const large = planFor({ ...load, instanceBytes: 6_048_000 }, costs)
    expect(large.objectsPerYear.shared).toBe(large.objectsPerYear.single)
  })

  test('adds up money: requests once, keeping by the month', () => {
    const { cost } = plan
    expect(cost.terabyteYear).toBeCloseTo(12 * (20 + (100 * 3_000) / 604_800), 10)
    // Ten PUTs, twenty GETs, and a year of 0.6048 GB with its rows.
    expect(cost.study).toBeCloseTo(0.05 + 0.01 + cost.terabyteYear * 0.0006048, 10)
    expect(cost.storageMonth * 12).toBeCloseTo((plan.bytesPerYear / 1e12) * cost.terabyteYear, 5)
  })
})
