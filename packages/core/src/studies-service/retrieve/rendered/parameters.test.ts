import { describe, expect, test } from '@jest/globals'
import { parseRenderedParameters, parseThumbnailViewport, refuseBesidePresentationState } from './parameters.ts'

const parse = (query: string) => parseRenderedParameters(new URLSearchParams(query))

describe('the parameters of rendered resources (PS3.18 Table 8.3.5-1)', () => {
  test.each<[string, object]>([
    ['', {}],
    ['accept=image/png', {}],
    ['quality=1', { quality: 1 }],
    ['quality=100', { quality: 100 }],
    ['annotation=patient,technique', { annotation: ['patient', 'technique'] }],
    ['annotation=technique&annotation=technique', { annotation: ['technique'] }],
    ['viewport=512,256', { viewport: { width: 512, height: 256 } }],
    [
      'viewport=512,512,,,512,-256.5',
      {
        viewport: {
          width: 512,
          height: 512,
          region: { left: 0, top: 0, width: 512, height: 256.5, flipHorizontally: false, flipVertically: true },
        },
      },
    ],
    [
      'viewport=10,10,1.5,2,-3',
      {
        viewport: {
          width: 10,
          height: 10,
          region: { left: 1.5, top: 2, width: 3, flipHorizontally: true, flipVertically: false },
        },
      },
    ],
    ['window=40,400,linear', { window: { center: 40, width: 400, shape: 'linear' } }],
    ['window=-600.5,1e3,sigmoid', { window: { center: -600.5, width: 1000, shape: 'sigmoid' } }],
    ['window=0.5,0.25,linear-exact', { window: { center: 0.5, width: 0.25, shape: 'linear-exact' } }],
    // What viewers send: VOI LUT Function as DICOM spells it, or nothing.
    ['window=40,400,LINEAR_EXACT', { window: { center: 40, width: 400, shape: 'linear-exact' } }],
    ['window=40,400', { window: { center: 40, width: 400, shape: 'linear' } }],
    ['iccprofile=srgb', { iccprofile: 'srgb' }],
  ])('%s', (query, parameters) => {
    expect(parse(query).parameters).toEqual(parameters)
  })

  test('annotations that are not supported are named, not refused', () => {
    expect(parse('annotation=patient,scale')).toEqual({
      parameters: { annotation: ['patient'] },
      unsupportedAnnotations: ['scale'],
    })
  })

  test.each([
    ['annotation=', 'annotation'],
    ['annotation=patient,', 'annotation'],
    ['annotation=a%0d%0aX', 'annotation'],
    ['quality=', 'quality'],
    ['quality=0', 'quality'],
    ['quality=101', 'quality'],
    ['quality=5.5', 'quality'],
    ['quality=10&quality=20', 'quality'],
    ['viewport=', 'viewport'],
    ['viewport=512', 'viewport'],
    ['viewport=0,512', 'viewport'],
    ['viewport=512,-1', 'viewport'],
    ['viewport=99999,10', 'viewport'],
    ['viewport=1,1,0,0,0,1', 'viewport'],
    ['viewport=1,1,a', 'viewport'],
    ['viewport=1,1,0,0,1,1,1', 'viewport'],
    ['window=40', 'window'],
    ['window=40,', 'window'],
    ['window=40,0.5,linear', 'window'],
    ['window=40,0,sigmoid', 'window'],
    ['window=40,-1,linear-exact', 'window'],
    ['window=40,400,cubic', 'window'],
    ['window=Infinity,1,linear', 'window'],
    ['iccprofile=cmyk', 'iccprofile'],
  ])('%s is a bad request that names the parameter', (query, parameter) => {
    const refused = expect.objectContaining({ code: 'bad-parameter', members: { parameter } })
    expect(() => parse(query)).toThrow(refused)
  })

  test('a presentation state has its own window and region', () => {
    const refusal = (query: string) => () => refuseBesidePresentationState(parse(query).parameters)
    expect(refusal('viewport=10,10&quality=5')).not.toThrow()
    expect(refusal('window=1,2,linear')).toThrow('window')
    expect(refusal('viewport=10,10,1,1')).toThrow('viewport')
  })

  test('a thumbnail has a size alone, up to a bound', () => {
    const viewport = (query: string) => () => parseThumbnailViewport(new URLSearchParams(query))
    expect(viewport('viewport=64,32')()).toEqual({ width: 64, height: 32 })
    expect(viewport('')()).toBeUndefined()
    expect(viewport('viewport=64,32,0,0')).toThrow('viewport')
    expect(viewport('viewport=2000,32')).toThrow('viewport')
  })
})
