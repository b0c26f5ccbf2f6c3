import { describe, expect, it } from '@jest/globals'
import { type Dataset, lookupTag, type Tag, tags } from '@sansfilm/dicom'
import type { DerivedAttributes, Level } from '../adapters/query.ts'
import { matches } from './matching.ts'
import { parseQuery } from './parse-query.ts'

const derived: DerivedAttributes = {
  modalitiesInStudy: [],
  numberOfStudyRelatedSeries: 1,
  numberOfStudyRelatedInstances: 1,
  storedAt: new Date(0),
}

const levelOf = (tag: Tag): readonly Level[] => [tag === tags.AcquisitionDateTime ? 'instance' : 'study']

/** Whether what is dated so is found by a query string. */
function finds(queryString: string, dataset: Dataset): boolean {
  const { conditions, unsupported } = parseQuery(queryString, 'instance', levelOf)
  expect(unsupported).toEqual([])
  const candidate = { attributes: { study: dataset, series: {}, instance: dataset }, derived }
  return conditions.every((condition) => matches(candidate, condition))
}

function dated(date: string | undefined, time: string | undefined, offset?: string): Dataset {
  const given: readonly (readonly [Tag, string | undefined])[] = [
    [tags.StudyDate, date],
    [tags.StudyTime, time],
    [tags.TimezoneOffsetFromUTC, offset],
  ]
  return Object.fromEntries(
    given.flatMap(([tag, value]) =>
      value === undefined ? [] : [[tag, { vr: lookupTag(tag)?.vr ?? 'UN', Value: [value] }]],
    ),
  )
}

/** PS3.18 §8.3.4.1.1, PS3.4 §C.2.2.2.1.3 */
describe('Timezone Offset From UTC in a request', () => {
  const lateInNewYork = dated('20240101', '2330', '-0500')

  it('moves a date to the day that it is in the zone', () => {
    expect(finds('StudyDate=20240102&TimezoneOffsetFromUTC=%2B0100', lateInNewYork)).toBe(true)
    expect(finds('StudyDate=20240101&TimezoneOffsetFromUTC=%2B0100', lateInNewYork)).toBe(false)
    expect(finds('StudyDate=20240101&TimezoneOffsetFromUTC=-0500', lateInNewYork)).toBe(true)
    expect(finds('StudyDate=20240101', lateInNewYork)).toBe(true)
    expect(finds('StudyDate=20240102-&00080201=%2B0100', lateInNewYork)).toBe(true)
    expect(finds('StudyDate=20231230&TimezoneOffsetFromUTC=-1200', dated('20240101', '0030', '+1400'))).toBe(true)
  })

  it('moves a time around the clock', () => {
    expect(finds('StudyTime=0500-0600&TimezoneOffsetFromUTC=%2B0100', lateInNewYork)).toBe(true)
    expect(finds('StudyTime=2300-2359&TimezoneOffsetFromUTC=%2B0100', lateInNewYork)).toBe(false)
    expect(finds('StudyTime=0530&TimezoneOffsetFromUTC=%2B0100', dated(undefined, '2330', '-0500'))).toBe(true)
    expect(finds('StudyTime=1200&TimezoneOffsetFromUTC=%2B0530', dated('20240101', '0630', '+0000'))).toBe(true)
  })

  it('moves a date and its time together where they are one range', () => {
    const range = 'StudyDate=20240102-20240102&StudyTime=0530-0530'
    expect(finds(`${range}&TimezoneOffsetFromUTC=%2B0100`, lateInNewYork)).toBe(true)
    expect(finds(`${range}&TimezoneOffsetFromUTC=%2B0200`, lateInNewYork)).toBe(false)
  })

  it('is the zone of what tells none', () => {
    for (const plain of [dated('20240101', '2330'), dated('20240101', '2330', 'CET')]) {
      expect(finds('StudyDate=20240101&StudyTime=2330&TimezoneOffsetFromUTC=%2B0100', plain)).toBe(true)
    }
    expect(finds('StudyDate=20240101&TimezoneOffsetFromUTC=%2B0900', dated('20240101', undefined, '-0500'))).toBe(true)
    expect(finds('StudyDate=20240101-&TimezoneOffsetFromUTC=%2B0900', dated('garbage', '23', '-0500'))).toBe(false)
  })

  it('is the zone of a DT without an offset, on both sides', () => {
    const acquired = (value: string, offset?: string): Dataset => ({
      [tags.AcquisitionDateTime]: { vr: 'DT', Value: [value] },
      ...(offset !== undefined && { [tags.TimezoneOffsetFromUTC]: { vr: 'SH', Value: [offset] } }),
    })
    const noon = 'AcquisitionDateTime=20240101120000&TimezoneOffsetFromUTC=%2B0100'
    expect(finds(noon, acquired('20240101110000+0000'))).toBe(true)
    expect(finds(noon, acquired('20240101120000'))).toBe(true)
    expect(finds(noon, acquired('20240101060000', '-0500'))).toBe(true)
    expect(finds(noon, acquired('20240101120000', '-0500'))).toBe(false)
    expect(
      finds('AcquisitionDateTime=20240101130000%2B0200&TimezoneOffsetFromUTC=%2B0100', acquired('2024010112')),
    ).toBe(true)
    const morning = 'AcquisitionDateTime=2024010111-2024010112&TimezoneOffsetFromUTC=%2B0100'
    expect(finds(morning, acquired('202401011059+0000'))).toBe(true)
    expect(finds(morning, acquired('202401011201+0000'))).toBe(false)
  })

  it('is returned as a key is, and matches nothing itself', () => {
    const parsed = parseQuery('TimezoneOffsetFromUTC=%2B0900', 'study', () => [])
    expect(parsed).toMatchObject({ conditions: [], unsupported: [], includeFields: [[tags.TimezoneOffsetFromUTC]] })
    // A plus sign that was not escaped is a space.
    expect(finds('StudyDate=20240102&TimezoneOffsetFromUTC=+0100', lateInNewYork)).toBe(true)
    expect(finds('StudyDate=20240101&TimezoneOffsetFromUTC=', lateInNewYork)).toBe(true)
  })

  it.each(['0100', '%2B1', 'UTC', '-1300', '%2B1430', '%2B0160'])('is refused as %s', (offset) => {
    expect(() => parseQuery(`TimezoneOffsetFromUTC=${offset}`, 'study', () => [])).toThrow(
      expect.objectContaining({ code: 'bad-parameter' }),
    )
  })
})
