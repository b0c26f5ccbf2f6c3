// Takes the pictures of the README: the sample in the viewer, and the home page. Run by `pnpm screenshots`, with Chromium on
// the PATH or named by SANSFILM_CHROMIUM.
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchChromium } from '../apps/server/test/support/browser.ts'
import { type ServerProcess, startServer } from '../apps/server/test/support/server-process.ts'
import { tinyInstance } from '../apps/server/test/support/tiny-instance.ts'

type Page = Awaited<ReturnType<Awaited<ReturnType<typeof launchChromium>>['newPage']>>

const folder = fileURLToPath(new URL('../docs/images/', import.meta.url))

/** Beside the sample, so that the home page has a list to show. */
const otherStudies = [
  { patientID: 'SAMPLE-A', patientName: 'Larsen^Åse', modality: 'DX', description: 'Chest, two views' },
  { patientID: 'SAMPLE-B', patientName: 'Papadopoulos^Nikos', modality: 'MR', description: 'Knee, left' },
  { patientID: 'SAMPLE-C', patientName: 'Buc^Jérôme', modality: 'CT', description: 'Abdomen, follow-up' },
]

async function storeOthers({ origin }: ServerProcess): Promise<void> {
  for (const [n, values] of otherStudies.entries()) {
    const study = `2.25.${n + 1}`
    const response = await fetch(`${origin}/dicom-web/studies`, {
      method: 'POST',
      headers: { 'content-type': 'application/dicom', accept: 'application/dicom+json' },
      body: new Uint8Array(tinyInstance({ ...values, study, series: `${study}.1` })),
    })
    if (response.status !== 200) throw new Error(`storing ended with ${response.status}: ${await response.text()}`)
  }
}

async function showSample(page: Page, { origin }: ServerProcess): Promise<void> {
  const response = await fetch(`${origin}/dicom-web/studies?PatientID=SAMPLE&StudyDescription=Head*`)
  const [, study] = /\/studies\/([0-9.]+)/.exec(await response.text()) ?? []
  // OHIF shows newcomers around once.
  await page.addInitScript(() => window.localStorage?.setItem('shownTours', '["basicViewerTour"]'))
  await page.goto(`${origin}/viewer/viewer?StudyInstanceUIDs=${study}`)
  const viewport = page.locator('.cornerstone-canvas').first()
  await viewport.waitFor({ timeout: 60_000 })
  await viewport.hover()
  const middle = /\(39\/76\)/
  while (!(await page.getByText(middle).first().isVisible())) {
    await page.mouse.wheel(0, 120)
    await page.waitForTimeout(50)
  }
  await page.mouse.move(0, 0)
  // Until the image is sharp, and nothing that the pointer called up is left.
  await page.waitForTimeout(2000)
}

const server = await startServer([], { command: 'start' })
const browser = await launchChromium()
try {
  await mkdir(folder, { recursive: true })
  await server.logged('"msg":"the sample study is stored"')
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await showSample(page, server)
  await page.screenshot({ path: join(folder, 'viewer.png') })
  await storeOthers(server)
  await page.goto(`${server.origin}/`)
  await page.waitForLoadState('networkidle')
  await page.screenshot({ path: join(folder, 'home.png') })
} finally {
  await browser.close()
  await server.stop()
}
