import { mkdtemp, readdir, readFile } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Browser, Locator, Page } from 'playwright-core'
import { chromiumPath, launchChromium, noChromium, watchForTrouble } from './support/browser.ts'
import { corpusFolder } from './support/corpus.ts'
import { describeIf } from './support/describe-if.ts'
import { storeValues } from './support/search-archive.ts'
import { type ServerProcess, startServer } from './support/server-process.ts'
import { drawn } from './support/viewer-page.ts'

jest.setTimeout(120_000)

let server: ServerProcess
let screenshots: string

describe('the files of the viewer', () => {
  beforeAll(async () => {
    server = await startServer(['--public-url', 'https://pacs.example/archive'])
  })
  afterAll(() => server.stop('SIGKILL'))

  test('come compressed, under the public path, and are kept for a while where their name has a hash', async () => {
    const page = await fetch(`${server.origin}/viewer/`, { headers: { 'accept-encoding': 'br' } })
    expect(page.headers.get('content-encoding')).toBe('br')
    expect(page.headers.get('cache-control')).toBe('no-cache')
    const [, script] = /src="\/archive(\/viewer\/app\.bundle\.[0-9a-f]+\.js)"/.exec(await page.text()) ?? []
    const response = await fetch(`${server.origin}${script}`, { headers: { 'accept-encoding': 'gzip' } })
    expect(response.headers.get('content-encoding')).toBe('gzip')
    // Not for good: scripts are corrected under the name that the build gave them.
    expect(response.headers.get('cache-control')).toBe('public, max-age=3600')
    expect(response.headers.get('vary')?.toLowerCase()).toContain('accept-encoding')
    expect(await response.text()).toContain('__webpack_require__.p = "/archive/viewer/"')
  })

  test('are found again by their entity tag', async () => {
    const first = await fetch(`${server.origin}/viewer/app.bundle.css`, { headers: { 'accept-encoding': 'br' } })
    // fetch() would add Cache-Control: no-cache to a conditional request.
    const again = await statusOf(`${server.origin}/viewer/app.bundle.css`, {
      'if-none-match': first.headers.get('etag') ?? '',
      'accept-encoding': 'br',
    })
    expect(again).toBe(304)
  })

  test('its own routes are the page, and WebAssembly has its type', async () => {
    const route = await fetch(`${server.origin}/viewer/viewer?StudyInstanceUIDs=1.2`)
    expect(route.headers.get('content-type')).toContain('text/html')
    const files = await fetch(`${server.origin}/viewer/dicom-microscopy-viewer/dicomiccwasm.wasm`)
    expect(files.headers.get('content-type')).toBe('application/wasm')
  })

  test('do not lead out of their folder', async () => {
    expect((await fetch(`${server.origin}/viewer/..%2f..%2fpackage.json`)).status).toBe(404)
  })
})

describeIf(chromiumPath !== undefined, noChromium, 'the viewer in a browser', () => {
  let browser: Browser
  let page: Page
  let trouble: string[]

  beforeAll(async () => {
    screenshots = process.env.SANSFILM_SCREENSHOTS ?? (await mkdtemp(join(tmpdir(), 'sansfilm-screenshots-')))
    browser = await launchChromium()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
    // OHIF shows newcomers around once; its curtain would lie over the screenshots. (The page in which Chromium shows a PDF
    // has no such storage.)
    await page.addInitScript(() => window.localStorage?.setItem('shownTours', '["basicViewerTour"]'))
    trouble = watchForTrouble(page)
  })
  afterEach(async () => {
    await page.close()
    expect(trouble).toEqual([])
  })

  describe('with the sample study', () => {
    beforeAll(async () => {
      server = await startServer([], { command: 'start' })
      await server.logged('"msg":"the sample study is stored"')
    })
    afterAll(() => server.stop('SIGKILL'))

    test('lists it', async () => {
      await page.goto(`${server.origin}/viewer/`)
      await page
        .getByText(/SAMPLE/)
        .first()
        .waitFor()
      await page.screenshot({ path: join(screenshots, 'study-list.png') })
    })

    test('lists it beside a study that tells no modality', async () => {
      const study = { StudyInstanceUID: '2.25.70', SeriesInstanceUID: '2.25.70.1', SOPInstanceUID: '2.25.70.1.1' }
      await storeValues({ root: `${server.origin}/dicom-web` }, { ...study, PatientName: 'Untold^Modality' })
      await page.goto(`${server.origin}/viewer/`)
      for (const patient of [/Untold/, /SAMPLE/]) await page.getByText(patient).first().waitFor()
    })

    test('draws it and scrolls through it', async () => {
      await openSample(page, 'Head CT')
      const slices = 76
      await scroll(page, slices / 2)
      await drawn(page)
      await page.screenshot({ path: join(screenshots, 'sample-ct.png') })
      await scroll(page, slices - 1, slices / 2)
      await drawn(page)
    })

    test('draws every frame of a cine in colour', async () => {
      await openSample(page, 'Echocardiogram')
      await drawn(page)
      await scroll(page, 23)
      await drawn(page)
      await page.screenshot({ path: join(screenshots, 'sample-cine.png') })
    })

    test('shows what a report measured where it measured it, and a letter', async () => {
      await openSample(page, 'Head CT')
      await thumbnail(page, 'Report').dblclick()
      await page.getByText(/\d mm/).last().waitFor()
      await drawn(page)
      await page.screenshot({ path: join(screenshots, 'sample-report.png') })

      const asked = page.waitForResponse((response) => response.headers()['content-type'] === 'application/pdf')
      await thumbnail(page, 'Letter').dblclick()
      expect((await asked).status()).toBe(200)
      await page.locator('object[type="application/pdf"]').waitFor()
      await page.screenshot({ path: join(screenshots, 'sample-letter.png') })
    })
  })

  describeIf(corpusFolder !== undefined, 'SANSFILM_CORPUS names no corpus', 'with a real CT', () => {
    let study: string
    let slices: number

    beforeAll(async () => {
      server = await startServer()
      const folder = join(corpusFolder ?? '', 'series', 'ihe-study-b-ct')
      const names = (await readdir(folder)).filter((name) => name.endsWith('.dcm'))
      slices = names.length
      study = await storeAll(server, await Promise.all(names.map((name) => readFile(join(folder, name)))))
    })
    afterAll(() => server.stop('SIGKILL'))

    test('opens it from the study list', async () => {
      await page.goto(`${server.origin}/viewer/`)
      await page.getByText('Study B').first().dblclick()
      await drawn(page)
      expect(page.url()).toContain(study)
    })

    test('draws every slice', async () => {
      await page.goto(`${server.origin}/viewer/viewer?StudyInstanceUIDs=${study}`)
      await drawn(page)
      await page.screenshot({ path: join(screenshots, 'ct.png') })
      await scroll(page, slices - 1)
      await page.screenshot({ path: join(screenshots, 'ct-scrolled.png') })
    })
  })

  const needsCorpus = 'SANSFILM_CORPUS names no corpus'
  describeIf(corpusFolder !== undefined, needsCorpus, 'with files that are hard on it', () => {
    const files = async (...names: string[]) =>
      storeAll(server, await Promise.all(names.map((name) => readFile(join(corpusFolder ?? '', 'files', name)))))

    beforeAll(async () => {
      server = await startServer()
    })
    afterAll(() => server.stop('SIGKILL'))

    test('decodes JPEG-LS of several frames', async () => {
      await page.goto(`${server.origin}/viewer/viewer?StudyInstanceUIDs=${await files('emr-10frame-jls.dcm')}`)
      await drawn(page)
      await scroll(page, 9)
      await page.screenshot({ path: join(screenshots, 'jpeg-ls.png') })
    })

    test('lays a segmentation over its image', async () => {
      const slices = [17106, 17136, 17166, 17196].map((n) => `pcir-77654033-ct2-${n}.dcm`)
      const study = await files('seg-ct-binary.dcm', ...slices)
      await page.goto(`${server.origin}/viewer/viewer?StudyInstanceUIDs=${study}`)
      await drawn(page)
      await thumbnail(page, 'SEG').dblclick()
      await page.getByText('Do you want to open this Segmentation?').waitFor({ timeout: 60_000 })
      await page.screenshot({ path: join(screenshots, 'segmentation.png') })
    })

    test('shows a report whose items have no concept name', async () => {
      await page.goto(`${server.origin}/viewer/viewer?StudyInstanceUIDs=${await files('sr-comprehensive-nested.dcm')}`)
      await page.getByText('IMAGE is not supported').waitFor({ timeout: 60_000 })
      await page.screenshot({ path: join(screenshots, 'report-without-names.png') })
    })

    test('lists a segmentation of a slide, and refuses to open it', async () => {
      const study = await files('sm-25frame-rgb.dcm', 'seg-sm-control.dcm')
      await page.goto(`${server.origin}/viewer/viewer?StudyInstanceUIDs=${study}`)
      const refused = page.waitForEvent('console', {
        predicate: (message) => message.text().includes('Unsupported displaySet'),
        timeout: 60_000,
      })
      await thumbnail(page, 'SEG').dblclick({ timeout: 60_000 })
      await refused
      expect(await thumbnail(page, 'SEG').isVisible()).toBe(true)
    })
  })
})

async function statusOf(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
  get(url, { headers }, (response) => resolve(response.resume().statusCode)).once('error', reject)
  return await promise
}

/** Stores instances of one study and gives its Study Instance UID. */
async function storeAll({ origin }: ServerProcess, instances: readonly Buffer[]): Promise<string> {
  let study = ''
  for (const body of instances) {
    const response = await fetch(`${origin}/dicom-web/studies`, {
      method: 'POST',
      headers: { 'content-type': 'application/dicom', accept: 'application/dicom+json' },
      body: new Uint8Array(body),
    })
    expect(response.status).toBe(200)
    const [, found] = /\/studies\/([0-9.]+)/.exec(await response.text()) ?? []
    study = found ?? study
  }
  return study
}

/** Opens a sample study, and waits until its first series is offered. */
async function openSample(page: Page, description: string): Promise<void> {
  const query = new URLSearchParams({ PatientID: 'SAMPLE', StudyDescription: description })
  const response = await fetch(`${server.origin}/dicom-web/studies?${query}`)
  const [, study] = /\/studies\/([0-9.]+)/.exec(await response.text()) ?? []
  await page.goto(`${server.origin}/viewer/viewer?StudyInstanceUIDs=${study}`)
  await page.locator('.cornerstone-canvas').first().waitFor({ timeout: 60_000 })
}

/** The entry of a series in the list at the left. */
function thumbnail(page: Page, description: string): Locator {
  return page.locator('[data-cy^="study-browser-thumbnail"]', { hasText: description }).first()
}

/** Turns the wheel over the first viewport until the image `to` images after the first is shown. */
async function scroll(page: Page, to: number, from = 0): Promise<void> {
  const viewport = page.locator('.cornerstone-canvas').first()
  await viewport.hover()
  for (let image = from; image < to; image++) {
    await page.mouse.wheel(0, 120)
    await page.waitForTimeout(30)
  }
  await page
    .getByText(new RegExp(`\\(${to + 1}/\\d+\\)|^${to + 1}/\\d+`))
    .first()
    .waitFor({ timeout: 30_000 })
}
