import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { sopClasses, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import sharp from 'sharp'
import { imageDataset, one, type TestImage } from './support/image-dataset.ts'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { parseMultipart } from './support/parse-multipart.ts'
import { type RunningApp, startApp } from './support/start-app.ts'

/* Rendered resources, thumbnails and the URI Service, as the app serves them. */

const side = 64
const study = '2.25.700'
const series = '2.25.701'
const still = '2.25.710'
const cine = '2.25.711'
const report = '2.25.712'

/** A ramp from black at the left to white at the right, `shift` columns further with each frame. */
function ramp(frames: number): Buffer {
  const pixels = Buffer.alloc(side * side * frames)
  for (let i = 0; i < pixels.length; i++) {
    const frame = Math.floor(i / (side * side))
    pixels[i] = ((i + frame * 8) % side) * 4
  }
  return pixels
}

const transferSyntax = transferSyntaxes.ExplicitVRLittleEndian

function image(given: TestImage, pixels: Buffer): Buffer {
  const pixelData = { [tags.PixelData]: { vr: 'OB', InlineBinary: pixels.toString('base64') } } as const
  const dataset = imageDataset({ rows: side, columns: side, bits: 8, ...given })
  return writePart10Buffer({ dataset: { ...dataset, ...pixelData }, transferSyntax })
}

let server: RunningApp
let instances: string
beforeAll(async () => {
  server = await startApp()
  instances = `${server.origin}/dicom-web/studies/${study}/series/${series}/instances`
  const isReport = {
    [tags.SOPClassUID]: one('UI', sopClasses.BasicTextSRStorage.uid),
    [tags.Modality]: one('CS', 'SR'),
  }
  const {
    [tags.Rows]: _,
    [tags.Columns]: __,
    ...text
  } = imageDataset({ instance: report, series: '2.25.702', attributes: isReport })
  const parts = dicomParts(
    image({ instance: still }, ramp(1)),
    image({ instance: cine, frames: 5, attributes: { [tags.InstanceNumber]: one('IS', 2) } }, ramp(5)),
    writePart10Buffer({ dataset: text, transferSyntax }),
  )
  const stored = await postParts({ root: `${server.origin}/dicom-web` }, parts)
  expect(stored.status).toBe(200)
}, 60_000)
afterAll(async () => {
  await server.close()
})

const ask = (url: string, accept = '*/*') => fetch(url, { headers: { accept } })
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

/** Gray levels of an image, row by row. */
async function grays(bytes: Buffer): Promise<{ data: Buffer; width: number; height: number }> {
  const { data, info } = await sharp(bytes).toColourspace('b-w').raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height }
}

describe('Rendered Instance', () => {
  test('is JPEG by default, and as the pixels are where it is lossless', async () => {
    const jpeg = await ask(`${instances}/${still}/rendered`)
    expect(jpeg.headers.get('content-type')).toBe('image/jpeg')
    const png = await ask(`${instances}/${still}/rendered`, 'image/png')
    const { data, width, height } = await grays(await bytesOf(png))
    expect({ width, height }).toEqual({ width: side, height: side })
    expect([...data.subarray(0, side)].every((gray, i, row) => i === 0 || gray > (row[i - 1] ?? 0))).toBe(true)
  })

  test('is scaled into the viewport, windowed and flipped', async () => {
    const scaled = await grays(await bytesOf(await ask(`${instances}/${still}/rendered?viewport=32,100`, 'image/png')))
    expect({ width: scaled.width, height: scaled.height }).toEqual({ width: 32, height: 32 })
    const window = await grays(
      await bytesOf(await ask(`${instances}/${still}/rendered?window=10,2,linear`, 'image/png')),
    )
    expect([window.data[2], window.data[10]]).toEqual([0, 255])
    const flipped = await grays(
      await bytesOf(await ask(`${instances}/${still}/rendered?viewport=64,64,,,-64,64`, 'image/png')),
    )
    expect(flipped.data[0]).toBeGreaterThan(flipped.data[side - 1] ?? 0)
  })

  test('of several frames moves, unless one image is asked for', async () => {
    const gif = await ask(`${instances}/${cine}/rendered`)
    expect(gif.headers.get('content-type')).toBe('image/gif')
    expect((await sharp(await bytesOf(gif)).metadata()).pages).toBe(5)
    const middle = await bytesOf(await ask(`${instances}/${cine}/rendered`, 'image/png'))
    const third = await bytesOf(await ask(`${instances}/${cine}/frames/3/rendered`, 'image/png'))
    expect(middle).toEqual(third)
    const both = await ask(`${instances}/${cine}/frames/5,1/rendered`, 'multipart/related; type="image/png"')
    const parts = parseMultipart(both.headers.get('content-type'), await bytesOf(both))
    expect(parts.length).toBe(2)
  })

  test('names what cannot be used', async () => {
    const response = await ask(`${instances}/${still}/rendered?window=1`)
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ parameter: 'window' })
    expect((await ask(`${instances}/${still}/rendered`, 'image/tiff')).status).toBe(406)
    expect((await ask(`${instances}/${cine}/frames/6/rendered`)).status).toBe(404)
  })
})

describe('Thumbnails', () => {
  test.each([
    ['a study', `/studies/${study}`],
    ['a series', `/studies/${study}/series/${series}`],
    ['an instance', `/studies/${study}/series/${series}/instances/${still}`],
    ['a frame', `/studies/${study}/series/${series}/instances/${cine}/frames/2`],
    ['a report', `/studies/${study}/series/2.25.702`],
  ])('of %s', async (_, path) => {
    const response = await ask(`${server.origin}/dicom-web${path}/thumbnail?viewport=48,40`, 'image/jpeg')
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toContain('max-age')
    const { width = 0, height = 0 } = await sharp(await bytesOf(response)).metadata()
    expect(Math.max(width, height)).toBeGreaterThanOrEqual(40)
    expect(width <= 48 && height <= 40).toBe(true)
    const etag = response.headers.get('etag') ?? ''
    const again = await fetch(response.url, { headers: { accept: 'image/jpeg', 'if-none-match': etag } })
    expect(again.status).toBe(304)
  })

  test('in a query parameter, as an img element asks', async () => {
    const response = await ask(
      `${server.origin}/dicom-web/studies/${study}/thumbnail?accept=image/png`,
      'image/avif,image/webp,*/*',
    )
    expect(response.headers.get('content-type')).toBe('image/png')
  })
})

describe('the URI Service', () => {
  const wado = (instance: string, more = '', accept = '*/*') =>
    ask(
      `${server.origin}/wado?requestType=WADO&studyUID=${study}&seriesUID=${series}&objectUID=${instance}${more}`,
      accept,
    )

  test('renders by default', async () => {
    const response = await wado(still)
    expect(response.headers.get('content-type')).toBe('image/jpeg')
    expect(response.headers.get('content-location')).toBe(response.url)
    expect((await wado(cine)).headers.get('content-type')).toBe('image/jpeg')
  })

  test('gives the same image as the Studies Service', async () => {
    const here = await bytesOf(await wado(cine, '&frameNumber=4&contentType=image/png'))
    expect(here).toEqual(await bytesOf(await ask(`${instances}/${cine}/frames/4/rendered`, 'image/png')))
  })

  test('crops and scales', async () => {
    const region = await grays(await bytesOf(await wado(still, '&region=0.5,0,1,1&contentType=image/png')))
    expect({ width: region.width, height: region.height }).toEqual({ width: side / 2, height: side })
    expect(region.data[0]).toBeGreaterThan(100)
    const columns = await grays(await bytesOf(await wado(still, '&columns=16&contentType=image/png')))
    expect({ width: columns.width, height: columns.height }).toEqual({ width: 16, height: 16 })
  })

  test('gives the DICOM object', async () => {
    const response = await wado(still, '&contentType=application/dicom')
    expect(response.headers.get('content-type')).toContain('application/dicom')
    expect((await bytesOf(response)).subarray(128, 132).toString()).toBe('DICM')
  })

  test.each([
    ['&frameNumber=2', 400],
    ['&contentType=application/dicom&windowCenter=1&windowWidth=2', 400],
    ['&anonymize=yes', 501],
    ['&contentType=image/tiff', 406],
  ])('%s: %d', async (more, status) => {
    expect((await wado(still, more)).status).toBe(status)
  })

  test('knows what is not there', async () => {
    expect((await wado('2.25.999')).status).toBe(404)
  })
})
