import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { describeIf } from '../../apps/server/test/support/describe-if.ts'
import { onPath } from '../../apps/server/test/support/on-path.ts'
import { startServer } from '../../apps/server/test/support/server-process.ts'
import { sopClasses, tags, transferSyntaxes, writePart10Buffer } from '../../packages/dicom/src/index.ts'

const text = readFileSync(new URL('../../docs/getting-started.md', import.meta.url), 'utf8')
const commands = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code).join('')

/** One grey image of 2 by 2 pixels. */
const image = writePart10Buffer({
  transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
  dataset: {
    [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.SecondaryCaptureImageStorage.uid] },
    [tags.SOPInstanceUID]: { vr: 'UI', Value: ['2.25.11'] },
    [tags.StudyDate]: { vr: 'DA', Value: ['20260102'] },
    [tags.Modality]: { vr: 'CS', Value: ['OT'] },
    [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'Sample^Tiny' }] },
    [tags.StudyInstanceUID]: { vr: 'UI', Value: ['2.25.12'] },
    [tags.SeriesInstanceUID]: { vr: 'UI', Value: ['2.25.13'] },
    [tags.SamplesPerPixel]: { vr: 'US', Value: [1] },
    [tags.PhotometricInterpretation]: { vr: 'CS', Value: ['MONOCHROME2'] },
    [tags.Rows]: { vr: 'US', Value: [2] },
    [tags.Columns]: { vr: 'US', Value: [2] },
    [tags.BitsAllocated]: { vr: 'US', Value: [8] },
    [tags.BitsStored]: { vr: 'US', Value: [8] },
    [tags.HighBit]: { vr: 'US', Value: [7] },
    [tags.PixelRepresentation]: { vr: 'US', Value: [0] },
    [tags.PixelData]: { vr: 'OB', InlineBinary: Buffer.from([0, 80, 160, 240]).toString('base64') },
  },
})

describeIf(onPath('bash') && onPath('curl'), 'bash or curl is not on the PATH', 'docs/getting-started.md', () => {
  test('has commands that work', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sansfilm-guide-'))
    const server = await startServer()
    try {
      await writeFile(join(folder, 'image.dcm'), image)
      const script = commands.replaceAll('http://127.0.0.1:8042', server.origin)
      // -e and -x: the first command that fails ends the script, and stands in the error.
      await promisify(execFile)('bash', ['-eux', '-c', script], { cwd: folder })
      expect(await readFile(join(folder, 'same-image.dcm'))).toEqual(Buffer.from(image))
      expect([...(await readFile(join(folder, 'frame.raw')))]).toEqual([0, 80, 160, 240])
      expect((await stat(join(folder, 'study.zip'))).size).toBeGreaterThan(image.length)
      expect((await fetch(`${server.origin}/dicom-web/studies`)).status).toBe(204)
    } finally {
      await server.stop()
      await rm(folder, { recursive: true })
    }
  }, 60_000)
})
