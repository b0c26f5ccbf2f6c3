import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals'
import type { Browser, Page } from 'playwright-core'
import { chromiumPath, launchChromium, noChromium, watchForTrouble } from './support/browser.ts'
import { describeIf } from './support/describe-if.ts'
import { type ServerProcess, startServer } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'
import { zipBytes } from './support/zip-bytes.ts'

jest.setTimeout(120_000)

/** A name has no `=`: it parts the component groups. */
const hostileName = 'Doe^<script>alert(1)</script>'
const hostile = `<img src=x onerror="document.title='owned'">`
let server: ServerProcess

async function store(file: Uint8Array): Promise<void> {
  const response = await fetch(`${server.origin}/dicom-web/studies`, {
    method: 'POST',
    headers: { 'content-type': 'application/dicom', accept: 'application/dicom+json' },
    body: Buffer.from(file),
  })
  expect(response.status).toBe(200)
}

async function get(path: string, headers: Record<string, string> = {}): Promise<{ response: Response; text: string }> {
  const response = await fetch(`${server.origin}${path}`, { headers })
  return { response, text: await response.text() }
}

describe('the pages', () => {
  beforeAll(async () => {
    server = await startServer()
  })
  afterAll(() => server.stop('SIGKILL'))

  test('say what to do while the archive is empty', async () => {
    const { response, text } = await get('/')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(text).toContain('The archive is empty.')
    expect(text).toContain(`${server.origin}/dicom-web<`)
  })

  test('show studies with their numbers and the way to the viewer, and obey nothing in them', async () => {
    await store(tinyInstance({ study: '2.25.77', patientName: hostileName, description: hostile }))
    await store(tinyInstance({ study: '2.25.77', patientName: hostileName, description: hostile }))
    const { response, text } = await get('/', { 'accept-language': 'de-DE' })
    expect(text).toContain('href="/viewer/viewer?StudyInstanceUIDs=2.25.77"')
    expect(text).toContain('1 series, 2 images')
    expect(text).toContain('<time class="study-date" datetime="2026-01-02">02.01.2026</time>')
    expect(text).toContain('Doe, &#60;script&#62;alert(1)&#60;/script&#62;')
    expect(text).toContain('<bdi>&#60;img src=x onerror=')
    expect(text).not.toMatch(/<img src=x|<script>|style=|\son[a-z]+=(?!&)/)
    expect(response.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self';/,
    )
  })

  test('give the same as data', async () => {
    const { text } = await get('/archive.json')
    expect(JSON.parse(text)).toMatchObject({
      statistics: { studies: 1, series: 1, instances: 2 },
      studies: [{ study: '2.25.77', modalities: ['OT'], series: 1, images: 2, date: '20260102' }],
    })
  })

  test('hold every link and file they name', async () => {
    for (const from of ['/', '/docs/', '/docs/architecture']) {
      const { text } = await get(from)
      const targets = [...text.matchAll(/(?:href|src)="([^"#]+)"/g)].map(
        ([, target = '']) => new URL(target, server.origin + from),
      )
      const local = targets.filter(
        ({ origin, pathname }) => origin === server.origin && !pathname.startsWith('/viewer'),
      )
      expect(local.length).toBeGreaterThan(5)
      for (const { pathname } of local) {
        // Documents link to each other, and not all of them are written for the browser.
        if (from !== '/' && !pathname.startsWith('/docs') && !pathname.startsWith('/assets')) continue
        const { status } = (await get(pathname)).response
        expect({ from, pathname, status }).toEqual({ from, pathname, status: 200 })
      }
    }
  })

  test('show documents and nothing outside of their folder', async () => {
    const { text } = await get('/docs/architecture')
    expect(text).toContain('<h1 id="architecture">Architecture</h1>')
    for (const path of ['/docs/..%2FREADME', '/docs/%2e%2e/package', '/docs/nothing', '/assets/..%2fhome-page.ts']) {
      expect((await get(path)).response.status).toBe(404)
    }
  })
})

test('a read-only archive offers no upload', async () => {
  server = await startServer(['--read-only'])
  try {
    const { text } = await get('/')
    expect(text).not.toContain('drop-zone')
    expect(text).toContain('read only')
  } finally {
    await server.stop('SIGKILL')
  }
})

describeIf(chromiumPath !== undefined, noChromium, 'the home page in a browser', () => {
  let browser: Browser
  let page: Page
  let trouble: string[]
  let folder: string

  beforeAll(async () => {
    browser = await launchChromium()
    folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  })
  beforeEach(async () => {
    server = await startServer()
    page = await browser.newPage()
    trouble = watchForTrouble(page)
    await page.goto(server.origin)
  })
  afterEach(async () => {
    expect(trouble).toEqual([])
    await page.close()
    await server.stop('SIGKILL')
  })
  afterAll(async () => {
    await browser.close()
    await rm(folder, { recursive: true, force: true })
  })

  /** Drops files and folders of the disk on the page, as a desktop does. */
  async function drop(...files: readonly string[]): Promise<void> {
    const { x, y } = (await page.locator('#drop-zone').boundingBox()) ?? { x: 0, y: 0 }
    const session = await page.context().newCDPSession(page)
    const data = { items: [], files: [...files], dragOperationsMask: 1 }
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: x + 20, y: y + 20, data })
    }
  }

  /** Writes files below a folder of their own; gives its path. */
  async function writeFiles(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<string> {
    for (const [path, bytes] of Object.entries(files)) {
      const file = join(folder, name, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, bytes)
    }
    return join(folder, name)
  }

  const title = () => page.locator('#progress-title')

  test('takes what is dropped, lists what is refused with its reason, and shows the new studies', async () => {
    const scan = await writeFiles('scan', {
      'deep/good.dcm': tinyInstance({ study: '2.25.5', patientName: hostileName }),
      'deep/<b>bad<b>.txt': Buffer.from('no image'),
      DICOMDIR: Buffer.from('x'),
    })
    const disc = await zipBytes({ '1': tinyInstance({ study: '2.25.6' }), 'run.exe': Buffer.from('MZ') })
    await drop(scan, join(await writeFiles('zips', { 'disc.zip': disc }), 'disc.zip'))
    await title().getByText('Done, with some files not stored').waitFor()
    expect(await page.locator('#refusals-title').textContent()).toBe('2 not stored')
    expect(await page.locator('#others-title').textContent()).toBe('1 left out')
    const refused = await page.locator('#refused li').allInnerTexts()
    expect(refused.map((text) => text.replace(/\s*\n\s*/g, ': ')).sort()).toEqual([
      'disc.zip/run.exe: Not a DICOM file: this is a program',
      'scan/deep/<b>bad<b>.txt: Not a DICOM file: the letters DICM are missing after the first 128 bytes',
    ])
    await page.locator('.study').nth(1).waitFor()
    expect(await page.locator('.statistic dd').first().textContent()).toBe('2')
    expect(await page.title()).toBe('Sansfilm')
  })

  test('takes a folder of many files in several requests, and the same again as stored before', async () => {
    const names = Array.from({ length: 120 }, (_, at) => `${at % 2 === 0 ? 'deep/' : ''}${at}.dcm`)
    const many = await writeFiles(
      'many',
      Object.fromEntries(names.map((name) => [name, tinyInstance({ study: '2.25.8' })])),
    )
    let requests = 0
    page.on('request', (request) => {
      if (request.url().endsWith('/upload')) requests += 1
    })
    await page.locator('#folder').setInputFiles(many)
    await title().getByText('Done: everything is stored').waitFor()
    expect(await page.locator('#progress-detail').textContent()).toBe('120 files chosen, 120 stored')
    expect(requests).toBe(3)
    await page.locator('.study-amount').getByText('1 series, 120 images').waitFor()
    await page.reload()
    await page.locator('#folder').setInputFiles(many)
    await title().getByText('Done: everything was stored before').waitFor()
  })

  test('fits a phone', async () => {
    await page.setViewportSize({ width: 360, height: 740 })
    const long = tinyInstance({ patientName: 'Averyveryverylongnamewithoutanyplacetobreak^X' })
    await drop(join(await writeFiles('long', { 'a.dcm': long }), 'a.dcm'))
    await title().getByText('Done').waitFor()
    await page.locator('.study').waitFor()
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth)
    expect(overflow).toBeLessThanOrEqual(0)
  })
})
