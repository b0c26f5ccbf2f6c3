import { describe, expect, it } from '@jest/globals'
import { type Dataset, tags } from '@sansfilm/dicom'
import { compareCursors, cursorOf, positionOf } from './position.ts'

const study = (date?: string, time?: string): Dataset => ({
  ...(date !== undefined && { [tags.StudyDate]: { vr: 'DA', Value: [date] } }),
  ...(time !== undefined && { [tags.StudyTime]: { vr: 'TM', Value: [time] } }),
})
const series = (number: number): Dataset => ({ [tags.SeriesNumber]: { vr: 'IS', Value: [number] } })

describe('positionOf', () => {
  it('has the newest studies first, and those without a date last', () => {
    const inOrder = [
      positionOf('study', study('20240102'), '1.2'),
      positionOf('study', study('20240101', '235959.9'), '1.9'),
      positionOf('study', study('20240101', '2359'), '1.1'),
      positionOf('study', study('20240101', '00'), '1.1'),
      positionOf('study', study('20240101'), '1.1'),
      positionOf('study', study('20240101'), '1.2'),
      positionOf('study', study('19991231'), '1.1'),
      positionOf('study', study('garbage'), '1.1'),
      positionOf('study', study(), '1.2'),
    ]
    expect(inOrder.toSorted()).toEqual(inOrder)
  })

  it('has numbers in their order, negative and absent ones too', () => {
    const inOrder = [-5, -1, 0, 2, 10, 2 ** 31, 1e12].map((number, i) => positionOf('series', series(number), `1.${i}`))
    inOrder.push(positionOf('series', {}, '1.1'))
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
