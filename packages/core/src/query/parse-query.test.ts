import { describe, expect, it } from '@jest/globals'
import { tags } from '@sansfilm/dicom'
import type { Level, Match } from '../adapters/query.ts'
import { DicomwebError } from '../errors.ts'
import { formatAfter, parseQuery, type SearchableLevels } from './parse-query.ts'

const searchable: Readonly<Record<string, readonly Level[]>> = {
  [tags.PatientName]: ['study'],
  [tags.PatientID]: ['study'],
  [tags.StudyDate]: ['study'],
  [tags.StudyTime]: ['study'],
  [tags.StudyInstanceUID]: ['study'],
  [tags.ModalitiesInStudy]: ['study'],
  [tags.PatientWeight]: ['study'],
  [tags.Modality]: ['series'],
  [tags.SeriesNumber]: ['series'],
  [tags.RequestAttributesSequence]: ['series'],
  [tags.AcquisitionDateTime]: ['instance'],
  '00231001': ['study'],
}
const levels: SearchableLevels = (tag) => searchable[tag] ?? []

const parse = (queryString: string, level: Level = 'instance') => parseQuery(queryString, level, levels)

/** What the only key asks for. */
function matchIn(queryString: string): Match | undefined {
  const { conditions, unsupported } = parse(queryString)
  expect(unsupported).toEqual([])
  expect(conditions.length).toBeLessThan(2)
  return conditions[0]?.match
}

const values = (...texts: string[]) => ({ type: 'values', values: texts })

function failureOf(queryString: string): DicomwebError {
  try {
    parse(queryString)
  } catch (error) {
    if (error instanceof DicomwebError) return error
  }
  throw new Error(`${queryString} was taken`)
}

describe('keys', () => {
  it('go by keyword, tag and path', () => {
    for (const name of ['PatientID', '00100020']) expect(matchIn(`${name}=A`)).toEqual(values('A'))
    const path = 'RequestAttributesSequence.00400009'
    expect(parse(`${path}=A`).conditions).toEqual([
      {
        level: 'series',
        path: [tags.RequestAttributesSequence, tags.ScheduledProcedureStepID],
        vr: 'SH',
        match: values('A'),
      },
    ])
  })

  it('take what a client has to escape as it is, and + as a space', () => {
    expect(matchIn('PatientID=a%2Bb+c%20d%25%2C%27%22%3B_%5B')).toEqual(values(`a+b c d%,'";_[`))
    expect(matchIn('PatientID=a,b')).toEqual(values('a,b'))
    expect(matchIn('PatientID=a%5Cb')).toEqual(values('a\\b'))
    expect(matchIn('PatientID=x%y')).toEqual(values('x%y'))
  })

  it('list UIDs by comma, backslash and repetition', () => {
    const uids = values('1.2', '1.3')
    expect(matchIn('StudyInstanceUID=1.2,1.3')).toEqual(uids)
    expect(matchIn('StudyInstanceUID=1.2%5C1.3')).toEqual(uids)
    expect(matchIn('StudyInstanceUID=1.2&0020000D=1.3')).toEqual(uids)
  })

  it('list modalities, which have no comma', () => {
    expect(matchIn('ModalitiesInStudy=CT,MR')).toEqual(values('CT', 'MR'))
    expect(matchIn('ModalitiesInStudy=C*')).toEqual({ type: 'wildcard', patterns: ['C*'] })
  })

  it('without a value exclude nothing, and are returned', () => {
    for (const value of ['', '*', '%20', '%5E%5E']) {
      const { conditions, includeFields } = parse(`PatientName=${value}`)
      expect(conditions).toEqual([])
      expect(includeFields).toEqual([[tags.PatientName]])
    }
  })

  it('fold names, and only names', () => {
    expect(matchIn('PatientName=M%C3%BCller%5E*')).toEqual({ type: 'wildcard', patterns: ['muller^*'] })
    expect(matchIn('PatientID=%C3%89A')).toEqual(values('ÉA'))
  })

  it('have words under fuzzy matching, as a viewer sends them', () => {
    expect(matchIn('fuzzymatching=true&PatientName=*Smi*')).toEqual({ type: 'words', words: ['*smi'] })
    expect(matchIn('fuzzymatching=true&PatientName=Doe%5EJ')).toEqual({ type: 'words', words: ['doe', 'j'] })
    expect(matchIn('fuzzymatching=false&PatientName=Smi')).toEqual(values('smi'))
  })

  it('match empty values and several values only where that is asked for', () => {
    expect(matchIn('emptyvaluematching=true&PatientID=""')).toEqual({ type: 'empty' })
    expect(matchIn('PatientID=""')).toEqual(values('""'))
    expect(matchIn('multiplevaluematching=true&PatientID=a%5Cb*')).toEqual({ type: 'wildcard', patterns: ['a', 'b*'] })
    expect(matchIn('multiplevaluematching=true&PatientWeight=70.0%5C71')).toEqual(values('70', '71'))
  })

  it('take dates and times, single and in ranges', () => {
    expect(matchIn('StudyDate=20240131')).toEqual(values('20240131'))
    expect(matchIn('StudyDate=20240101-20240131')).toEqual({ type: 'range', from: '20240101', to: '20240131' })
    expect(matchIn('StudyDate=-20240131')).toEqual({ type: 'range', to: '20240131' })
    expect(matchIn('StudyTime=094836.214743984')).toEqual(values('094836.214743'))
    expect(matchIn('StudyTime=10-1130')).toEqual({ type: 'range', from: '100000.000000', to: '113059.999999' })
    expect(matchIn('AcquisitionDateTime=2023-202402')).toEqual({
      type: 'range',
      from: '20230101000000.000000',
      to: '20240229235959.999999',
    })
  })

  it('take times of a zone, whether the plus sign was escaped or not', () => {
    for (const plus of ['+', '%2B']) {
      expect(matchIn(`AcquisitionDateTime=20240101003000${plus}0100`)).toEqual(values('20231231233000.000000'))
    }
    expect(matchIn('AcquisitionDateTime=20240101-0500-20240102-0500')).toEqual({
      type: 'range',
      from: '20240101050000.000000',
      to: '20240103045959.999999',
    })
  })

  it('combine ranges of a date and its time', () => {
    expect(matchIn('StudyDate=20240105-20240107&StudyTime=1000-1800')).toEqual({
      type: 'combined-range',
      time: [tags.StudyTime],
      from: '20240105100000.000000',
      to: '20240107180059.999999',
    })
    expect(matchIn('StudyTime=1000-&StudyDate=20240105-')).toMatchObject({ from: '20240105100000.000000' })
    expect(parse('StudyDate=20240105&StudyTime=1000-1800').conditions).toHaveLength(2)
  })

  it('in one sequence are to match in one item', () => {
    const sequence = 'RequestAttributesSequence'
    const query = `${sequence}.ScheduledProcedureStepID=A&${sequence}.RequestedProcedureID=B`
    expect(matchIn(query)).toMatchObject({
      type: 'item',
      keys: [{ path: [tags.ScheduledProcedureStepID] }, { path: [tags.RequestedProcedureID] }],
    })
  })

  it('that are unknown, below the level or no keys are named', () => {
    expect(parse('PersonName=x&Modality=CT&KVP=1&PatientID.PatientName=x&token=1&PatientID=1', 'study')).toMatchObject({
      conditions: [{ path: [tags.PatientID] }],
      unsupported: ['PersonName', 'Modality', 'KVP', 'PatientID.PatientName', 'token'],
    })
    expect(parse('accept=application/json&charset=utf-8').unsupported).toEqual([])
  })

  it('may be private where they are kept', () => {
    expect(matchIn('00231001=x')).toEqual(values('x'))
  })
})

describe('what a query returns', () => {
  it('is named several times, in lists, by keyword, tag and path', () => {
    const query =
      'includefield=PatientID,00100010&includefield=RequestAttributesSequence.ScheduledProcedureStepID&includefield='
    expect(parse(query).includeFields).toEqual([
      [tags.PatientID],
      [tags.PatientName],
      [tags.RequestAttributesSequence, tags.ScheduledProcedureStepID],
    ])
    expect(parse('includefield=all')).toMatchObject({ includeAll: true, includeFields: [] })
  })

  it('is a page', () => {
    const cursor = '79759898/1.2 2147483649/1.3'
    expect(parse(`limit=5&offset=10&after=${formatAfter(cursor)}`, 'series')).toMatchObject({
      limit: 5,
      offset: 10,
      after: cursor,
    })
    expect(parse('')).toMatchObject({ offset: 0 })
    expect(parse('')).not.toHaveProperty('limit')
  })
})

describe('a bad value', () => {
  it.each([
    ['limit=-1', 'limit'],
    ['limit=x', 'limit'],
    ['limit=1&limit=2', 'limit'],
    ['offset=1.5', 'offset'],
    ['fuzzymatching=maybe', 'fuzzymatching'],
    ['includefield=Nothing', 'includefield'],
    ['after=abc', 'after'],
    ['StudyDate=foo', 'StudyDate'],
    ['StudyDate=20241301', 'StudyDate'],
    ['StudyDate=-', 'StudyDate'],
    ['StudyDate=202401*', 'StudyDate'],
    ['00080030=25', '00080030'],
    ['AcquisitionDateTime=20240101x', 'AcquisitionDateTime'],
    ['StudyInstanceUID=1.2.*', 'StudyInstanceUID'],
    ['SeriesNumber=one', 'SeriesNumber'],
    ['RequestAttributesSequence=x', 'RequestAttributesSequence'],
    ['PatientID=SECRET1&PatientID=SECRET2', 'PatientID'],
    [`fuzzymatching=true&PatientName=${'SECRET+'.repeat(101)}`, 'PatientName'],
    [`multiplevaluematching=true&PatientID=${'SECRET*%5C'.repeat(101)}`, 'PatientID'],
    [`PatientID=${'?*'.repeat(600)}`, 'PatientID'],
  ])('%s names its parameter and repeats no value', (query, parameter) => {
    const failure = failureOf(query)
    expect(failure.code).toBe('bad-parameter')
    expect(failure.members).toEqual({ parameter })
    expect(failure.message).toContain(parameter)
    expect(failure.message).not.toMatch(/SECRET|foo|maybe/)
  })
})
