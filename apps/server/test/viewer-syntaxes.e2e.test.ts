import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { describeTranscoded, encodableSyntaxes, encodeFrame } from '@sansfilm/codecs'
import { lookupTransferSyntax, type PixelDescription, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import type { Browser } from 'playwright-core'
import { chromiumPath, launchChromium, noChromium, watchForTrouble } from './support/browser.ts'
import { describeIf } from './support/describe-if.ts'
import { imageDataset, one } from './support/image-dataset.ts'
import { type ServerProcess, startServer } from './support/server-process.ts'
import { drawn } from './support/viewer-page.ts'

/* OHIF draws what is stored in each syntax that we encode. */

jest.setTimeout(180_000)

const side = 96
const explicit = transferSyntaxes.ExplicitVRLittleEndian.uid
const targets = [...encodableSyntaxes].filter((uid) => lookupTransferSyntax(uid)?.encapsulated === true)

const deep: PixelDescription = {
  rows: side,
  columns: side,
  samplesPerPixel: 1,
  photometricInterpretation: 'MONOCHROME2',
  planarConfiguration: 0,
  bitsAllocated: 16,
  bitsStored: 12,
  highBit: 11,
  pixelRepresentation: 0,
  samples: 'integer',
}
const shallow: PixelDescription = { ...deep, bitsAllocated: 8, bitsStored: 8, highBit: 7 }

/** A slope with rings in it, from black to white. */
function pattern({ bitsAllocated, bitsStored }: PixelDescription): Buffer {
  const bytes = Buffer.alloc((side * side * bitsAllocated) / 8)
  const most = 2 ** bitsStored - 1
  for (let i = 0; i < side * side; i++) {
    const [x, y] = [i % side, Math.floor(i / side)]
    const value = Math.round(most * (0.5 + 0.25 * Math.sin(Math.hypot(x - 48, y - 48) / 4) + (x - 48) / 400))
    if (bitsAllocated === 8) bytes[i] = value
    else bytes.writeUInt16LE(value, 2 * i)
  }
  return bytes
}

/** An image in the syntax, deep where it can be. */
async function imageIn(uid: string, study: string): Promise<Buffer> {
  const canBeDeep = describeTranscoded({ transferSyntax: explicit, description: deep }, uid) !== undefined
  const description = canBeDeep ? deep : shallow
  const native = { transferSyntax: explicit, description, bytes: pattern(description) }
  const { bytes, description: coded } = await encodeFrame(native, uid, {})
  const dataset = imageDataset({
    study,
    series: `${study}.1`,
    instance: `${study}.1.1`,
    rows: side,
    columns: side,
    attributes: {
      [tags.PhotometricInterpretation]: one('CS', coded.photometricInterpretation),
      [tags.BitsAllocated]: one('US', coded.bitsAllocated),
      [tags.BitsStored]: one('US', coded.bitsStored),
      [tags.HighBit]: one('US', coded.highBit),
      [tags.PixelData]: { vr: 'OB', BulkDataURI: 'pixels' },
    },
  })
  const transferSyntax = lookupTransferSyntax(uid) ?? transferSyntaxes.ExplicitVRLittleEndian
  const bulkData = () => ({ frames: [[{ length: bytes.length, bytes: [bytes] }]] })
  return writePart10Buffer({ dataset, transferSyntax, bulkData })
}

describeIf(chromiumPath !== undefined, noChromium, 'the viewer, of an image in', () => {
  let server: ServerProcess
  let browser: Browser
  let screenshots: string
  beforeAll(async () => {
    screenshots = process.env.SANSFILM_SCREENSHOTS ?? (await mkdtemp(join(tmpdir(), 'sansfilm-screenshots-')))
    server = await startServer()
    browser = await launchChromium()
  })
  afterAll(async () => {
    await browser.close()
    await server.stop('SIGKILL')
  })

  test.each(targets.map((uid, n) => [lookupTransferSyntax(uid)?.name ?? uid, uid, `2.25.9${n}`]))(
    '%s',
    async (name, uid, study) => {
      const response = await fetch(`${server.origin}/dicom-web/studies`, {
        method: 'POST',
        headers: { 'content-type': 'application/dicom' },
        body: new Uint8Array(await imageIn(uid, study)),
      })
      expect(response.status).toBe(200)
      const page = await browser.newPage({ viewport: { width: 1000, height: 700 } })
      await page.addInitScript(() => window.localStorage?.setItem('shownTours', '["basicViewerTour"]'))
      const trouble = watchForTrouble(page)
      await page.goto(`${server.origin}/viewer/viewer?StudyInstanceUIDs=${study}`)
      await drawn(page)
      await page.screenshot({ path: join(screenshots, `syntax-${name.replace(/\W+/g, '-')}.png`) })
      await page.close()
      expect(trouble).toEqual([])
    },
  )
})
