import { describe, expect, test } from '@jest/globals'
import { DatasetError } from '../dataset-error.ts'
import { corpusFolder, type GoldenMetadata, readGolden, withCorpus } from '../testing/corpus.ts'
import { decodeJsonModel } from './decode.ts'

test('puts tags in their form and order, and leaves out what the model does not know', () => {
  const read = decodeJsonModel(
    JSON.parse(
      '{"0020000d":{"vr":"UI","Value":["1.2"],"keyword":"x"},"00080000":{"vr":"UL","Value":[4]},' +
        '"00080018":{"vr":"UI","Value":[]},"00089215":{"vr":"AT","Value":["0010000a",null]}}',
    ),
  )
  expect(Object.entries(read)).toEqual([
    ['00080018', { vr: 'UI' }],
    ['00089215', { vr: 'AT', Value: ['0010000A', null] }],
    ['0020000D', { vr: 'UI', Value: ['1.2'] }],
  ])
})

test('IS, DS, SV and UV may be text and stay what they are (PS3.18 §F.2.3)', () => {
  const dataset = {
    '00200013': { vr: 'IS', Value: ['007', 7] },
    '00281050': { vr: 'DS', Value: ['1.50'] },
    '7FE00001': { vr: 'UV', Value: ['18446744073709551615'] },
  }
  expect(decodeJsonModel(dataset)).toEqual(dataset)
})

test('a name may be text, a float may be the name of one', () => {
  expect(
    decodeJsonModel({
      '00100010': { vr: 'PN', Value: ['Doe^Jane', null, { Alphabetic: 'B', extra: 1 }] },
      '00189073': { vr: 'FD', Value: ['NaN', '-Infinity'] },
    }),
  ).toEqual({
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane' }, null, { Alphabetic: 'B' }] },
    '00189073': { vr: 'FD', Value: ['NaN', '-inf'] },
  })
})

describe('refuses', () => {
  test.each<[string, unknown, string]>([
    ['null', null, 'A data set is an object'],
    ['a list', [], 'A data set is an object'],
    ['a name that is no tag', { 'secret name': { vr: 'LO' } }, 'whose name is no tag'],
    [
      'a tag twice',
      { '0020000d': { vr: 'UI' }, '0020000D': { vr: 'UI' } },
      'StudyInstanceUID: The attribute stands twice',
    ],
    ['no vr', { '00100020': { Value: ['secret'] } }, 'PatientID: The attribute has no right vr'],
    ['a vr from the prototype', { '00100020': { vr: 'constructor' } }, 'no right vr'],
    ['two forms', { '00100020': { vr: 'OB', InlineBinary: '', BulkDataURI: 'a' } }, 'At most one'],
    ['no list', { '00100020': { vr: 'LO', Value: 'secret' } }, 'PatientID: Value is an array'],
    ['a number as text', { '00280010': { vr: 'US', Value: ['secret'] } }, 'Rows: A value of VR US is a number'],
    ['text as a number', { '00100020': { vr: 'LO', Value: [4711] } }, 'PatientID: A value of VR LO is text'],
    ['no tag', { '00080000': { vr: 'UL' }, '00281101': { vr: 'AT', Value: ['secret'] } }, 'eight hexadecimal digits'],
    ['no base64', { '00282000': { vr: 'OB', InlineBinary: 'secret!' } }, 'ICCProfile: InlineBinary is not base64'],
    ['an item that is none', { '00081140': { vr: 'SQ', Value: ['secret'] } }, 'ReferencedImageSequence: A data set is'],
    [
      'what is wrong within',
      { '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: [1] } }] } },
      'ReferencedImageSequence.ReferencedSOPInstanceUID: A value of VR UI is text',
    ],
  ])('%s', (_, value, message) => {
    const error = catchError(() => decodeJsonModel(value))
    expect(error).toBeInstanceOf(DatasetError)
    expect((error as DatasetError).message).toContain(message)
    expect((error as DatasetError).message).not.toContain('secret')
  })

  test('sequences deeper than the limit, and far deeper ones without exhausting the stack', () => {
    const nested = (depth: number) => {
      let value: unknown = {}
      for (let i = 0; i < depth; i++) value = { '00081140': { vr: 'SQ', Value: [value] } }
      return value
    }
    expect(decodeJsonModel(nested(128))).toHaveProperty('00081140')
    expect(catchError(() => decodeJsonModel(nested(129)))).toMatchObject({ problem: 'too-large' })
    expect(catchError(() => decodeJsonModel(nested(100_000)))).toMatchObject({ problem: 'too-large' })
  })
})

test('a member named __proto__ changes nothing', () => {
  const error = catchError(() => decodeJsonModel(JSON.parse('{"__proto__":{"vr":"LO"}}')))
  expect(error).toBeInstanceOf(DatasetError)
})

const testCorpus = corpusFolder === undefined ? test.skip : test

testCorpus(`the JSON on which other tools agree is read${withCorpus}`, () => {
  for (const { consensus } of readGolden<GoldenMetadata>('metadata')) {
    if (consensus === null) continue
    const read = decodeJsonModel(consensus)
    expect(Object.keys(read).length).toBe(Object.keys(consensus).length)
  }
})

function catchError(run: () => unknown): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}
