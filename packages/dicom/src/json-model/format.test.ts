import { expect, test } from '@jest/globals'
import type { Dataset } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'
import { formatJsonModel } from './format.ts'

test('writes attributes in ascending order, tags that look like numbers as well', () => {
  const item: Dataset = {
    [tags.WaveformData]: { vr: 'OW', BulkDataURI: 'a"b' },
    [tags.Modality]: { vr: 'CS', Value: ['CT', null] },
  }
  const dataset: Dataset = {
    [tags.PerFrameFunctionalGroupsSequence]: { vr: 'SQ', Value: [item, {}] },
    [tags.SharedFunctionalGroupsSequence]: { vr: 'SQ' },
    [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'é' }] },
    [tags.PixelData]: { vr: 'OW' },
  }
  const text = formatJsonModel(dataset)
  expect(JSON.parse(text)).toEqual(dataset)
  const names = [...text.matchAll(/"([0-9A-F]{8})":/g)].map(([, tag]) => tag)
  expect(names).toEqual([
    tags.PatientName,
    tags.SharedFunctionalGroupsSequence,
    tags.PerFrameFunctionalGroupsSequence,
    tags.Modality,
    tags.WaveformData,
    tags.PixelData,
  ])
  expect(JSON.stringify(dataset)).not.toBe(text)
})

test('writes an empty data set', () => {
  expect(formatJsonModel({})).toBe('{}')
})
