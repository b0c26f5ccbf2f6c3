import { describe, expect, test } from '@jest/globals'
import { type Dataset, tags } from '@sansfilm/dicom'
import { AdapterError, type DerivedCache, type Renderer } from '../../adapters/index.ts'
import { retrieveRendered, retrieveThumbnail } from './index.ts'
import { createTestArchive, partsOf, type TestInstance } from './testing/test-archive.ts'

/** Writes down what it is asked for; bytes that begin with `!` are damaged. */
function notingRenderer() {
  const calls: string[] = []
  const renderer: Renderer = {
    version: '1',
    mediaTypesOf({ dataset, layout }, frames) {
      if (layout === undefined) return dataset[tags.ContentSequence] === undefined ? [] : ['text/html', 'text/plain']
      return frames > 1 ? ['image/gif'] : ['image/jpeg', 'image/png']
    },
    async render({ source, frames, mediaType, parameters, presentation }) {
      const pixels = await Promise.all(frames.map(async (frame) => Buffer.from(await source.frame(frame)).toString()))
      calls.push(`${mediaType} ${frames.join()}`)
      if (pixels.some((bytes) => bytes.startsWith('!'))) throw new AdapterError('damaged', 'broken')
      const by = presentation === undefined ? [] : [`by ${presentation.transferSyntax}`]
      const how = Object.keys(parameters).length === 0 ? [] : [JSON.stringify(parameters)]
      return { mediaType, bytes: Buffer.from([mediaType, ...pixels, ...by, ...how].join(' ')) }
    },
    async symbol({ mediaType, viewport }) {
      calls.push('symbol')
      return { mediaType, bytes: Buffer.from(`symbol ${viewport.width}`) }
    },
  }
  return { renderer, calls }
}

const sequence = (...Value: Dataset[]) => ({ vr: 'SQ', Value }) as const
const ui = (value: string) => ({ vr: 'UI', Value: [value] }) as const
const cs = (value: string) => ({ vr: 'CS', Value: [value] }) as const
const is = (...Value: number[]) => ({ vr: 'IS', Value }) as const

const ct: TestInstance = { instance: '1.5.1', bytes: Buffer.from('ct'), pixelData: { frameBits: 16 } }
const cine: TestInstance = {
  instance: '1.5.2',
  series: '1.6',
  bytes: Buffer.from('onetwosixten'),
  pixelData: { frames: 4, frameBits: 24 },
}
const broken: TestInstance = { instance: '1.5.3', bytes: Buffer.from('!x'), pixelData: { frameBits: 16 } }
const report: TestInstance = {
  instance: '1.5.4',
  series: '1.7',
  bytes: Buffer.from('sr'),
  sopClass: '1.2.840.10008.5.1.4.1.1.88.11',
  dataset: { [tags.Modality]: cs('SR'), [tags.ContentSequence]: sequence() },
}
const grayscaleState: TestInstance = {
  instance: '1.5.5',
  series: '1.8',
  bytes: Buffer.from('pr'),
  sopClass: '1.2.840.10008.5.1.4.1.1.11.1',
  dataset: {
    [tags.Modality]: cs('PR'),
    [tags.ReferencedSeriesSequence]: sequence(
      {
        [tags.SeriesInstanceUID]: ui('1.6'),
        [tags.ReferencedImageSequence]: sequence({
          [tags.ReferencedSOPInstanceUID]: ui('1.5.2'),
          [tags.ReferencedFrameNumber]: is(2, 3),
        }),
      },
      {
        [tags.SeriesInstanceUID]: ui('1.9'),
        [tags.ReferencedImageSequence]: sequence({ [tags.ReferencedSOPInstanceUID]: ui('1.5.99') }),
      },
    ),
  },
}

const at = ({ series = '1.3', instance }: TestInstance) => ({ series, instance })

async function archiveOf(instances: readonly TestInstance[], derivedCache?: DerivedCache) {
  const { renderer, calls } = notingRenderer()
  const archive = await createTestArchive(instances, true, {
    renderer,
    ...(derivedCache !== undefined && { derivedCache }),
  })
  return { ...archive, drawn: calls }
}

describe('Rendered Instance', () => {
  test.each<[string, TestInstance, string, string, string]>([
    ['a single frame is JPEG by default', ct, '*/*', 'image/jpeg', 'image/jpeg ct'],
    ['PNG where it is asked for', ct, 'image/png', 'image/png', 'image/png ct'],
    ['the heaviest of several', ct, 'image/jpeg;q=0.5, image/png', 'image/png', 'image/png ct'],
    ['all frames as an animation by default', cine, '*/*', 'image/gif', 'image/gif one two six ten'],
    ['the middle frame where one image is wanted', cine, 'image/jpeg', 'image/jpeg', 'image/jpeg two'],
    ['a report as a page', report, 'text/html', 'text/html; charset=utf-8', 'text/html'],
  ])('%s', async (_, instance, accept, contentType, body) => {
    const { retrieve } = await archiveOf([instance])
    const answer = await retrieve(retrieveRendered, at(instance), { accept })
    expect(answer).toMatchObject({ status: 200, headers: { 'content-type': contentType } })
    expect(answer.body.toString()).toBe(body)
    expect(answer.headers['content-length']).toBe(String(body.length))
  })

  test('a page may do nothing', async () => {
    const { retrieve } = await archiveOf([report])
    const { headers } = await retrieve(retrieveRendered, at(report), { accept: 'text/html' })
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    expect(headers['content-security-policy']).toContain('sandbox')
  })

  test.each([
    ['of an instance', at(cine)],
    ['of a study', {}],
  ])('parts %s can be ranged and kept', async (_, target) => {
    const { retrieve } = await archiveOf([ct, cine, broken])
    const accept = 'multipart/related; type="image/jpeg"'
    const whole = await retrieve(retrieveRendered, target, { accept })
    expect(whole.headers['accept-ranges']).toBe('bytes')
    const tail = await retrieve(retrieveRendered, target, { accept, range: 'bytes=-300' })
    expect([tail.status, tail.headers['content-range']]).toEqual([
      206,
      `bytes ${whole.body.length - 300}-${whole.body.length - 1}/${whole.body.length}`,
    ])
    expect(tail.body).toEqual(whole.body.subarray(-300))
    const known = await retrieve(retrieveRendered, target, { accept, 'if-none-match': whole.headers.etag ?? '' })
    expect(known.status).toBe(304)
  })

  test('one part a frame where multipart is asked for', async () => {
    const { retrieve } = await archiveOf([cine])
    const answer = await retrieve(retrieveRendered, at(cine), { accept: 'multipart/related; type="image/png"' })
    const parts = partsOf(answer)
    expect(parts.map(({ bytes }) => bytes.toString())).toEqual(
      ['one', 'two', 'six', 'ten'].map((f) => `image/png ${f}`),
    )
    expect(parts[2]?.head).toContain(
      'Content-Location: http://pacs/dicom-web/studies/1.2/series/1.6/instances/1.5.2/frames/3/rendered',
    )
  })

  test('frames in the order they are asked for', async () => {
    const { retrieve } = await archiveOf([cine])
    const frames = { ...at(cine), frames: '4,1' }
    const gif = await retrieve(retrieveRendered, frames, { accept: 'image/gif' })
    expect(gif.body.toString()).toBe('image/gif ten one')
    const one = await retrieve(retrieveRendered, { ...frames, frames: '3' }, { accept: 'image/jpeg' })
    expect(one.body.toString()).toBe('image/jpeg six')
  })

  test.each([
    [{ ...at(cine), frames: '5' }, '*/*', '', 'not-found'],
    [{ ...at(cine), frames: '0' }, '*/*', '', 'bad-request'],
    // One image cannot stand for a list of frames.
    [{ ...at(cine), frames: '1,2' }, 'image/jpeg', '', 'not-acceptable'],
    [at(cine), 'image/tiff', '', 'not-acceptable'],
    [at(cine), '*/*', '?quality=0', 'bad-parameter'],
    [at(grayscaleState), '*/*', '?window=1,2,linear', 'bad-parameter'],
    [{ series: '1.3', instance: '1.99' }, '*/*', '', 'not-found'],
  ])('%j as %s %s is refused: %s', async (target, accept, query, code) => {
    const { retrieve } = await archiveOf([ct, cine, grayscaleState])
    await expect(retrieve(retrieveRendered, target, { accept }, 'GET', query)).rejects.toMatchObject({ code })
  })

  test('a damaged image has no answer of its own', async () => {
    const { retrieve } = await archiveOf([broken])
    await expect(retrieve(retrieveRendered, at(broken), { accept: '*/*' })).rejects.toMatchObject({ code: 'damaged' })
  })

  test('parameters reach the renderer, and unknown annotations are warned of', async () => {
    const { retrieve } = await archiveOf([ct])
    const query = '?window=40,400,linear&viewport=10,20&annotation=patient,scale'
    const answer = await retrieve(retrieveRendered, at(ct), { accept: '*/*' }, 'GET', query)
    expect(answer.body.toString()).toBe(
      'image/jpeg ct {"annotation":["patient"],"viewport":{"width":10,"height":20},"window":{"center":40,"width":400,"shape":"linear"}}',
    )
    expect(answer.headers.warning).toBe(
      '299 http://pacs/dicom-web: "The following annotation values are not supported: scale"',
    )
  })

  test('a presentation state is drawn as the images it refers to', async () => {
    const { retrieve } = await archiveOf([cine, grayscaleState])
    const answer = await retrieve(retrieveRendered, at(grayscaleState), {
      accept: 'multipart/related; type=image/jpeg',
    })
    expect(partsOf(answer).map(({ bytes }) => bytes.toString())).toEqual(
      ['two', 'six'].map((frame) => `image/jpeg ${frame} by 1.2.840.10008.1.2.1`),
    )
  })

  test('an entity tag depends on what is asked, and a condition that holds draws nothing', async () => {
    const { retrieve, drawn } = await archiveOf([ct])
    const ask = (query: string, headers = {}) =>
      retrieve(retrieveRendered, at(ct), { accept: 'image/png', ...headers }, 'GET', query)
    const first = await ask('')
    const { etag = '' } = first.headers
    expect((await ask('')).headers.etag).toBe(etag)
    expect((await ask('?quality=5')).headers.etag).not.toBe(etag)
    drawn.length = 0
    expect((await ask('', { 'if-none-match': etag })).status).toBe(304)
    expect(drawn).toEqual([])
  })
})

describe('Rendered Study and Series', () => {
  const multipart = { accept: 'multipart/related; type="image/jpeg"' }

  test('every image, one part a frame; what is damaged or no image is left out', async () => {
    const { retrieve } = await archiveOf([broken, ct, cine, report])
    const answer = await retrieve(retrieveRendered, {}, multipart)
    expect(partsOf(answer).map(({ bytes }) => bytes.toString())).toEqual(
      ['ct', 'one', 'two', 'six', 'ten'].map((frame) => `image/jpeg ${frame}`),
    )
  })

  test('nothing but damaged images is a failure', async () => {
    const { retrieve } = await archiveOf([broken])
    await expect(retrieve(retrieveRendered, {}, multipart)).rejects.toMatchObject({ code: 'damaged' })
  })

  test('the representative image for clients that take one', async () => {
    const { retrieve } = await archiveOf([ct, cine])
    const answer = await retrieve(retrieveRendered, { series: '1.6' }, { accept: 'image/jpeg' })
    expect(answer.body.toString()).toBe('image/jpeg two')
  })
})

describe('Thumbnails', () => {
  const thumbnail = async (instances: readonly TestInstance[], target = {}, query = '') => {
    const { retrieve } = await archiveOf(instances)
    return retrieve(retrieveThumbnail, target, { accept: 'image/jpeg' }, 'GET', query)
  }
  const more: TestInstance = { ...cine, instance: '1.5.9', bytes: Buffer.from('mid'), pixelData: { frameBits: 24 } }

  test('of a study: the middle instance of the series with the most images', async () => {
    const reports = ['1.5.21', '1.5.22', '1.5.23'].map((instance) => ({ ...report, instance }))
    const answer = await thumbnail([ct, cine, more, ...reports])
    expect(answer.body.toString()).toBe('image/jpeg two {"viewport":{"width":128,"height":128}}')
    expect(answer.headers['cache-control']).toBe('private, max-age=60')
  })

  test('of a study is looked for again when the study has changed, and not before', async () => {
    const { retrieve, calls, replaceAt } = await archiveOf([ct, cine, more])
    const searches = async (width: number) => {
      calls.length = 0
      await retrieve(retrieveThumbnail, {}, { accept: 'image/jpeg' }, 'GET', `?viewport=${width},16`)
      return calls.filter((call) => call === 'search').length
    }
    expect(await searches(16)).toBe(2)
    expect(await searches(17)).toBe(0)
    replaceAt('state', 1, { instance: ct.instance, bytes: Buffer.from('another') })
    await searches(18)
    expect(await searches(19)).toBe(2)
  })

  test('of an instance or frame, in the size asked for', async () => {
    const one = await thumbnail([cine], at(cine), '?viewport=32,16')
    expect(one.body.toString()).toBe('image/jpeg two {"viewport":{"width":32,"height":16}}')
    const frame = await thumbnail([cine], { ...at(cine), frames: '4' })
    expect(frame.body.toString()).toContain('ten')
  })

  test.each([
    ['a report', report],
    ['a damaged image', broken],
  ])('%s has a symbol', async (_, instance) => {
    expect((await thumbnail([instance])).body.toString()).toBe('symbol 128')
  })

  test('a renderer that cannot draw now is no reason for a symbol', async () => {
    const { renderer } = notingRenderer()
    const busy = { ...renderer, render: () => Promise.reject(new AdapterError('unavailable', 'full')) }
    const { retrieve } = await createTestArchive([ct], true, { renderer: busy })
    await expect(retrieve(retrieveThumbnail, {}, { accept: '*/*' })).rejects.toMatchObject({ code: 'unavailable' })
  })

  test('a study that is not there', async () => {
    await expect(thumbnail([ct], { study: '9.9' })).rejects.toMatchObject({ code: 'not-found' })
  })
})

describe('what was drawn', () => {
  test('is kept, and drawn once for all who ask at the same time', async () => {
    const kept = new Map<string, Uint8Array>()
    const cache: DerivedCache = {
      get: async (key) => kept.get(key),
      put: async (key, bytes) => void kept.set(key, bytes),
    }
    const { retrieve, drawn } = await archiveOf([ct], cache)
    const ask = () => retrieve(retrieveRendered, at(ct), { accept: 'image/png' })
    await Promise.all([ask(), ask(), ask()])
    await ask()
    expect(drawn).toEqual(['image/png 1'])
    expect([...kept.keys()]).toEqual([expect.stringMatching(/^[0-9a-f]{64}-rendered$/)])
  })
})

test('without a renderer there are no drawings', async () => {
  const { retrieve } = await createTestArchive([ct])
  for (const transaction of [retrieveRendered, retrieveThumbnail])
    for (const target of [at(ct), {}])
      await expect(retrieve(transaction, target, { accept: '*/*' })).rejects.toMatchObject({ code: 'not-implemented' })
})
