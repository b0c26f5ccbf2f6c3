import { describe, expect, it } from '@jest/globals'
import { type Dataset, tags, type Uid } from '@sansfilm/dicom'
import { compareCursors, cursorOf, positionOf } from './position.ts'

const arrival = new Date(Date.UTC(2023, 5, 30, 12))
const nothing: Dataset = {}
const record = { series: '1', instance: '1', storedAt: arrival }

function ofStudy(uid: Uid, date?: string, time?: string): string {
  const study: Dataset = {
    ...(date !== undefined && { [tags.StudyDate]: { vr: 'DA', Value: [date] } }),
    ...(time !== undefined && { [tags.StudyTime]: { vr: 'TM', Value: [time] } }),
  }
  return positionOf('study', { ...record, study: uid, attributes: { study, series: nothing, instance: nothing } })
}

function ofSeries(uid: Uid, number?: number): string {
  const series: Dataset = number === undefined ? {} : { [tags.SeriesNumber]: { vr: 'IS', Value: [number] } }
  const attributes = { study: nothing, series, instance: nothing }
  return positionOf('series', { ...record, study: '1', series: uid, attributes })
}

describe('positionOf', () => {
  it('has the newest studies first, and those without a date at the day they arrived', () => {
    const inOrder = [
      ofStudy('1.2', '20240102'),
      ofStudy('1.9', '20240101', '235959.9'),
      ofStudy('1.1', '20240101', '2359'),
      ofStudy('1.1', '20240101', '00'),
      ofStudy('1.1', '20240101'),
      ofStudy('1.2', '20240101'),
      ofStudy('1.3', '20230701'),
      ofStudy('1.4', undefined, '10'),
      ofStudy('1.1', 'garbage'),
      ofStudy('1.2'),
      ofStudy('1.1', '20230629', '23'),
      ofStudy('1.1', '19991231'),
    ]
    expect(inOrder.toSorted()).toEqual(inOrder)
  })

  it('has numbers in their order, negative and absent ones too', () => {
    const inOrder = [-5, -1, 0, 2, 10, 2 ** 31, 1e12].map((number, i) => ofSeries(`1.${i}`, number))
    inOrder.push(ofSeries('1.1'))
    expect(inOrder.toSorted()).toEqual(inOrder)
  })
})

describe('compareCursors', () => {
  it('goes by the study first, whatever the lengths of the positions', () => {
    const first = cursorOf(['1/1.2', '9/1'])
    const second = cursorOf(['1/1.2.3', '1/1'])
    expect([second, first].sort(compareCursors)).toEqual([first, second])
    expect(compareCursors(first, first)).toBe(0)
  })
})
