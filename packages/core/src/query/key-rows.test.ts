import { describe, expect, it } from '@jest/globals'
import { tags } from '@sansfilm/dicom'
import { emptyPath, hasEmptyRows, levelKeyRows, misplacedPath } from './key-rows.ts'
import { compareCursors, placeOf, placesWithin } from './position.ts'

/** Of a study of 2024-01-31, 10:11:12. */
const position = '79759868898887.999999/1.2'

describe('the rows of a study', () => {
  const dated = (date: string) => ({ [tags.StudyDate]: { vr: 'DA', Value: [date] } }) as const

  it('tell what is missing, of what people look for', () => {
    const rows = levelKeyRows('study', dated('20240131'), position)
    expect(rows).toContainEqual([emptyPath([tags.AccessionNumber]), ''])
    expect(rows).not.toContainEqual([emptyPath([tags.StudyDate]), ''])
    expect(hasEmptyRows('study', [tags.AccessionNumber])).toBe(true)
    expect(hasEmptyRows('series', [tags.AccessionNumber])).toBe(false)
    expect(hasEmptyRows('study', [tags.ProcedureCodeSequence, tags.CodeValue])).toBe(false)
  })

  it('tell a date that the study is not placed at', () => {
    expect(levelKeyRows('study', dated('20240131'), position).map(([path]) => path)).not.toContain(misplacedPath)
    expect(levelKeyRows('study', dated('20240201'), position)).toContainEqual([misplacedPath, '20240201'])
    expect(levelKeyRows('study', dated('garbage'), position)).toContainEqual([misplacedPath, '!garbage'])
  })
})

describe('the place of a study', () => {
  it('never contradicts the order of positions', () => {
    const positions = [
      '00000000000000.000000/1',
      '79759868898887.999999/1.2',
      '79759868898887.999999/1.3',
      '79759868999999.999999/1',
      '79759868z/1',
      '79759869000000.000000/1',
      'z/1.2',
    ]
    expect(positions.toSorted(compareCursors)).toEqual(positions)
    const places = positions.map(placeOf)
    expect(places.toSorted((left, right) => left - right)).toEqual(places)
    expect(Math.max(...places)).toBeLessThan(2 ** 47)
  })

  it('of some days lies within their ends', () => {
    expect(placesWithin({ from: '20240101', to: '20240131' })).toEqual({ from: '79759868', to: '79759898' })
    expect(placesWithin({ to: '20240131' })).toEqual({ from: '79759868' })
  })
})
