import { describe, expect, test } from '@jest/globals'
import { parseUriParameters } from './parameters.ts'

const image = 'requestType=WADO&studyUID=1.2&seriesUID=1.3&objectUID=1.4'
const parse = (more: string) => parseUriParameters(`${image}${more}`)

describe('the query of the URI Service (PS3.18 §9)', () => {
  test('names an instance and nothing else', () => {
    expect(parse('')).toEqual({
      study: '1.2',
      series: '1.3',
      instance: '1.4',
      contentType: undefined,
      transferSyntax: undefined,
      frame: undefined,
      rendering: {},
      unsupportedAnnotations: [],
      rows: undefined,
      columns: undefined,
      region: undefined,
      presentation: undefined,
    })
  })

  test.each<[string, object]>([
    ['&contentType=application/dicom&transferSyntax=1.2.840.10008.1.2', { transferSyntax: '1.2.840.10008.1.2' }],
    ['&contentType=image/jpeg,image/png;q=0.5', { contentType: 'image/jpeg,image/png;q=0.5' }],
    ['&contentType=image/svg%2Bxml', { contentType: 'image/svg+xml' }],
    ['&contentType=application/dicom+json', { contentType: 'application/dicom+json' }],
    ['&frameNumber=7', { frame: 7 }],
    ['&rows=100', { rows: 100, columns: undefined }],
    ['&region=0.0,0.25,0.5,1', { region: { left: 0, top: 0.25, right: 0.5, bottom: 1 } }],
    ['&windowCenter=40&windowWidth=400', { rendering: { window: { center: 40, width: 400, shape: 'linear' } } }],
    ['&imageQuality=80&imageAnnotation=patient', { rendering: { annotation: ['patient'], quality: 80 } }],
    ['&annotation=technique,scale', { rendering: { annotation: ['technique'] }, unsupportedAnnotations: ['scale'] }],
    ['&presentationSeriesUID=1.5&presentationUID=1.6', { presentation: { series: '1.5', instance: '1.6' } }],
    ['&charset=utf-8&whatever=1', { rendering: {} }],
  ])('%s', (more, expected) => {
    expect(parse(more)).toMatchObject(expected)
  })

  test.each([
    ['&frameNumber=0', 'frameNumber'],
    ['&frameNumber=1&frameNumber=2', 'frameNumber'],
    ['&frameNumber=1,2', 'frameNumber'],
    ['&rows=0', 'rows'],
    ['&columns=x', 'columns'],
    ['&region=0,0,1', 'region'],
    ['&region=0.5,0,0.5,1', 'region'],
    ['&region=0,0,1.1,1', 'region'],
    ['&region=-0.1,0,1,1', 'region'],
    ['&windowCenter=1', 'windowWidth'],
    ['&windowWidth=1', 'windowCenter'],
    ['&windowCenter=a&windowWidth=1', 'windowCenter'],
    ['&windowCenter=1&windowWidth=0', 'windowWidth'],
    ['&windowCenter=1&windowWidth=2&presentationSeriesUID=1.5&presentationUID=1.6', 'windowCenter'],
    ['&imageQuality=0', 'imageQuality'],
    ['&presentationUID=1.6', 'presentationSeriesUID'],
    ['&presentationSeriesUID=1.6', 'presentationUID'],
    ['&contentType=application/dicom;transfer-syntax=1.2', 'contentType'],
    ['&transferSyntax=x', 'transferSyntax'],
    ['&anonymize=no', 'anonymize'],
    ['&objectUID=1.5', 'objectUID'],
  ])('%s is a bad request that names the parameter', (more, parameter) => {
    const refused = expect.objectContaining({ code: 'bad-parameter', members: { parameter } })
    expect(() => parse(more)).toThrow(refused)
  })

  test.each([
    [image.replace('requestType=WADO&', ''), 'requestType'],
    [image.replace('WADO', 'STOW'), 'requestType'],
    [image.replace('&studyUID=1.2', ''), 'studyUID'],
    [image.replace('seriesUID=1.3', 'seriesUID=../x'), 'seriesUID'],
  ])('%s lacks what it must have', (query, parameter) => {
    const refused = expect.objectContaining({ code: 'bad-parameter', members: { parameter } })
    expect(() => parseUriParameters(query)).toThrow(refused)
  })

  test('anonymize is refused, an unknown transfer syntax not acceptable', () => {
    expect(() => parse('&anonymize=yes')).toThrow(expect.objectContaining({ code: 'not-implemented' }))
    expect(() => parse('&transferSyntax=1.2.3')).toThrow(expect.objectContaining({ code: 'not-acceptable' }))
  })
})
