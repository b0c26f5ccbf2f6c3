import { describe, expect, it } from '@jest/globals'
import { type Attribute, type Dataset, lookupTag, type TagPath, tags } from '@sansfilm/dicom'
import type { DerivedAttributes, Match } from '../adapters/query.ts'
import { matches } from './matching.ts'

const derived: DerivedAttributes = {
  modalitiesInStudy: ['CT', 'SR'],
  numberOfStudyRelatedSeries: 2,
  numberOfStudyRelatedInstances: 12,
  storedAt: new Date(0),
}

/** Whether a study with these attributes matches at the path. */
function study(attributes: Dataset, path: TagPath, match: Match): boolean {
  const vr: Attribute['vr'] = lookupTag(path.at(-1) ?? '')?.vr ?? 'UN'
  return matches({ attributes: { study: attributes }, derived }, { level: 'study', path, vr, match })
}

const values = (...texts: string[]): Match => ({ type: 'values', values: texts })
const wildcard = (...patterns: string[]): Match => ({ type: 'wildcard', patterns })
const words = (...asked: string[]): Match => ({ type: 'words', words: asked })

describe('person names', () => {
  const yamada: Dataset = {
    [tags.PatientName]: {
      vr: 'PN',
      Value: [{ Alphabetic: 'Yamada^Tarou^^', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' }],
    },
  }
  const name = (match: Match, dataset = yamada) => study(dataset, [tags.PatientName], match)

  it('match by any component group, or by all of them', () => {
    expect(name(values('yamada^tarou'))).toBe(true)
    expect(name(values('山田^太郎'))).toBe(true)
    expect(name(values('yamada^tarou=山田^太郎=やまだ^たろう'))).toBe(true)
    expect(name(values('yamada'))).toBe(false)
    expect(name(wildcard('山*'))).toBe(true)
  })

  it('match without case and accents, but not without what makes another word', () => {
    const dataset: Dataset = {
      [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'Łuczak^Żółć' }, { Alphabetic: 'だ' }] },
    }
    expect(name(values('luczak^zolc'), dataset)).toBe(true)
    expect(name(values('た'), dataset)).toBe(false)
  })

  it('match fuzzily by the starts of words in any order', () => {
    expect(name(words('tar', 'yam'))).toBe(true)
    expect(name(words('やま', '太'))).toBe(true)
    expect(name(words('amada'))).toBe(false)
    expect(name(words('*amada'))).toBe(true)
    expect(name(words('yam', 'x'))).toBe(false)
  })
})

describe('text', () => {
  const described: Dataset = { [tags.StudyDescription]: { vr: 'LO', Value: [' Chest 50% '] } }
  const description = (match: Match) => study(described, [tags.StudyDescription], match)

  it('matches exactly but for insignificant spaces', () => {
    expect(description(values('Chest 50%'))).toBe(true)
    expect(description(values('chest 50%'))).toBe(false)
  })

  it('matches wild cards as a whole, other characters as they are', () => {
    expect(description(wildcard('Ch?st*'))).toBe(true)
    expect(description(wildcard('*5?%'))).toBe(true)
    expect(description(wildcard('Chest'))).toBe(false)
    expect(description(wildcard('.*'))).toBe(false)
  })

  it('takes linear effort for patterns made to take long', () => {
    const long: Dataset = { [tags.PatientComments]: { vr: 'LT', Value: ['a'.repeat(20_000)] } }
    const started = performance.now()
    expect(study(long, [tags.PatientComments], wildcard(`${'*a'.repeat(200)}*b`))).toBe(false)
    expect(performance.now() - started).toBeLessThan(2_000)
  })
})

describe('dates and times', () => {
  const at = (date: string, time?: string): Dataset => ({
    [tags.StudyDate]: { vr: 'DA', Value: [date] },
    ...(time !== undefined && { [tags.StudyTime]: { vr: 'TM', Value: [time] } }),
  })
  const range = (from?: string, to?: string): Match => ({
    type: 'range',
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
  })

  it('match a range with its ends', () => {
    const inRange = (date: string) => study(at(date), [tags.StudyDate], range('20240102', '20240103'))
    expect(['20240101', '20240102', '20240103', '20240104'].map(inRange)).toEqual([false, true, true, false])
    expect(inRange('2024.01.02')).toBe(true)
  })

  it('match no open range when they are none', () => {
    for (const match of [range('20000101'), range(undefined, '20990101'), range()]) {
      expect(study(at('garbage'), [tags.StudyDate], match)).toBe(false)
      expect(study({}, [tags.StudyDate], match)).toBe(false)
    }
  })

  it('match as one where they are combined', () => {
    const match: Match = {
      type: 'combined-range',
      time: [tags.StudyTime],
      from: '20060705100000.000000',
      to: '20060707180000.000000',
    }
    const inRange = (date: string, time?: string) => study(at(date, time), [tags.StudyDate], match)
    expect(inRange('20060705', '0959')).toBe(false)
    expect(inRange('20060705', '10')).toBe(true)
    expect(inRange('20060706', '03')).toBe(true)
    expect(inRange('20060707', '180000.1')).toBe(false)
    expect(inRange('20060705')).toBe(true)
    expect(inRange('20060708')).toBe(false)
  })
})

describe('other values', () => {
  it('match numbers by value', () => {
    const weighing: Dataset = { [tags.PatientWeight]: { vr: 'DS', Value: [70] } }
    expect(study(weighing, [tags.PatientWeight], values('70'))).toBe(true)
  })

  it('match by any of several', () => {
    const ids: Dataset = { [tags.PatientID]: { vr: 'LO', Value: [null, 'b'] } }
    expect(study(ids, [tags.PatientID], values('a', 'b'))).toBe(true)
    expect(study(ids, [tags.PatientID], { type: 'empty' })).toBe(false)
  })

  it('are empty when absent, without values, or of spaces', () => {
    const empty: Match = { type: 'empty' }
    for (const attribute of [
      undefined,
      { vr: 'LO' },
      { vr: 'LO', Value: [null] },
      { vr: 'LO', Value: ['  '] },
    ] as const) {
      const dataset: Dataset = attribute === undefined ? {} : { [tags.PatientID]: attribute }
      expect(study(dataset, [tags.PatientID], empty)).toBe(true)
    }
  })

  it('are derived where the archive knows them', () => {
    expect(study({}, [tags.ModalitiesInStudy], values('SR'))).toBe(true)
    expect(study({}, [tags.NumberOfStudyRelatedInstances], values('12'))).toBe(true)
  })

  it('match in one item of a sequence together', () => {
    const code = (value: string, scheme: string): Dataset => ({
      [tags.CodeValue]: { vr: 'SH', Value: [value] },
      [tags.CodingSchemeDesignator]: { vr: 'SH', Value: [scheme] },
    })
    const dataset: Dataset = {
      [tags.ProcedureCodeSequence]: { vr: 'SQ', Value: [code('1', 'A'), code('2', 'B')] },
    }
    const together = (value: string, scheme: string) =>
      study(dataset, [tags.ProcedureCodeSequence], {
        type: 'item',
        keys: [
          { path: [tags.CodeValue], vr: 'SH', match: values(value) },
          { path: [tags.CodingSchemeDesignator], vr: 'SH', match: values(scheme) },
        ],
      })
    expect(together('1', 'A')).toBe(true)
    expect(together('1', 'B')).toBe(false)
    expect(study(dataset, [tags.ProcedureCodeSequence, tags.CodeValue], values('2'))).toBe(true)
  })
})
