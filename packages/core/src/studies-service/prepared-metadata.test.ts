import { constants, deflateRawSync, inflateRawSync } from 'node:zlib'
import { describe, expect, it } from '@jest/globals'
import { type Dataset, tags } from '@sansfilm/dicom'
import { decodePreparedMetadata, encodePreparedMetadata, preparedMetadataText } from './prepared-metadata.ts'

const uids = { study: '1.2', series: '1.3', instance: '1.4' }
const root = 'https://pacs.example/dicom-web'

describe('prepared metadata', () => {
  it('puts the service root in front of every BulkDataURI, nested ones included', async () => {
    const dataset: Dataset = {
      [tags.WaveformSequence]: {
        vr: 'SQ',
        Value: [{ [tags.WaveformData]: { vr: 'OW', BulkDataURI: '54000100/1/54001010' } }],
      },
      [tags.PixelData]: { vr: 'OW', BulkDataURI: '7FE00010' },
    }
    const decoded = await decodePreparedMetadata(await encodePreparedMetadata(dataset, uids), root)
    expect(decoded[tags.PixelData]?.BulkDataURI).toBe(`${root}/studies/1.2/series/1.3/instances/1.4/bulkdata/7FE00010`)
    expect(JSON.stringify(decoded)).toContain('bulkdata/54000100/1/54001010"')
  })

  it('leaves values alone that look like a BulkDataURI or hold NUL', async () => {
    const dataset: Dataset = {
      [tags.PatientComments]: { vr: 'LT', Value: ['"BulkDataURI":"\0/x', '\\"BulkDataURI":"\\u0000'] },
    }
    const prepared = await encodePreparedMetadata(dataset, uids)
    expect(await decodePreparedMetadata(prepared, root)).toEqual(dataset)
    expect((await preparedMetadataText([prepared], root)).toString()).not.toContain(root)
  })

  it('keeps tags ascending, those too that JavaScript takes for array indices (PS3.18 §F.2.2)', async () => {
    const dataset: Dataset = {
      [tags.SOPInstanceUID]: { vr: 'UI', Value: ['1.4'] },
      [tags.PerFrameFunctionalGroupsSequence]: { vr: 'SQ', Value: [{}] },
    }
    const text = (await preparedMetadataText([await encodePreparedMetadata(dataset, uids)], root)).toString()
    expect(text.indexOf(tags.SOPInstanceUID)).toBeLessThan(text.indexOf(tags.PerFrameFunctionalGroupsSequence))
  })

  it('gives the texts of many with commas between them, and of streams that were closed too', async () => {
    const datasets = Array.from({ length: 300 }, (_, n) => ({
      [tags.InstanceNumber]: { vr: 'IS', Value: [n] },
      [tags.PatientComments]: { vr: 'LT', Value: ['x'.repeat(n * 10)] },
      [tags.PixelData]: { vr: 'OW', BulkDataURI: '7FE00010' },
    })) satisfies Dataset[]
    const prepared = await Promise.all(datasets.map((dataset) => encodePreparedMetadata(dataset, uids)))
    const texts = await Promise.all(prepared.map(async (each) => String(await preparedMetadataText([each], root))))
    const closed = prepared.map((each, n) =>
      n % 3 === 0 ? deflateRawSync(inflateRawSync(each, { finishFlush: constants.Z_SYNC_FLUSH })) : each,
    )
    for (const list of [prepared, closed]) {
      expect(String(await preparedMetadataText(list, root))).toBe(texts.join(','))
      expect(String(await preparedMetadataText(list.slice(0, 1), root))).toBe(texts[0])
    }
    expect(JSON.parse(`[${texts.join(',')}]`)).toHaveLength(300)
  })

  it('prepares large data sets as it does small ones', async () => {
    const dataset: Dataset = {
      [tags.PatientComments]: { vr: 'LT', Value: [Array.from({ length: 20_000 }, (_, i) => `é${i}`).join(' ')] },
      [tags.PixelData]: { vr: 'OW', BulkDataURI: '7FE00010' },
    }
    const decoded = await decodePreparedMetadata(await encodePreparedMetadata(dataset, uids), root)
    expect(decoded[tags.PatientComments]).toEqual(dataset[tags.PatientComments])
  })
})
