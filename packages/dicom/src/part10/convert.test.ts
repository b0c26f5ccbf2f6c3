import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { Dataset } from '../dataset.ts'
import { tags } from '../dictionary/dictionary.ts'
import { chunksOf } from '../testing/chunks.ts'
import { corpusFiles, corpusFolder, readCorpusFile, withCorpus } from '../testing/corpus.ts'
import { transferSyntaxes } from '../transfer-syntax.ts'
import { convertToExplicitVRLittleEndian } from './convert.ts'
import { Part10Error } from './parsed-instance.ts'
import { readPart10 } from './read.ts'
import { writePart10, writePart10Buffer } from './write.ts'

const dataset: Dataset = {
  [tags.SOPClassUID]: { vr: 'UI', Value: ['1.2.3'] },
  [tags.SOPInstanceUID]: { vr: 'UI', Value: ['1.2.3.4'] },
  [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'Ünal^A' }] },
  [tags.PixelRepresentation]: { vr: 'US', Value: [1] },
  [tags.SmallestImagePixelValue]: { vr: 'SS', Value: [-7] },
  '00189073': { vr: 'FD', Value: [0.1] },
  '00280009': { vr: 'AT', Value: ['00181063'] },
  '00081140': { vr: 'SQ', Value: [{ '00189073': { vr: 'FD', Value: [2] } }, {}] },
  '00081120': { vr: 'SQ' },
  [tags.SpecificCharacterSet]: { vr: 'CS', Value: ['ISO_IR 192'] },
  [tags.PixelData]: { vr: 'OW', BulkDataURI: '7FE00010' },
}
const words = Buffer.from('010203040506', 'hex')
const bulkData = () => ({ length: words.length, bytes: [words] })

async function convert(bytes: Buffer, size = 65_536): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of convertToExplicitVRLittleEndian(chunksOf(bytes, size))) chunks.push(chunk)
  return Buffer.concat(chunks)
}

const sources = [
  transferSyntaxes.ImplicitVRLittleEndian,
  transferSyntaxes.ExplicitVRBigEndian,
  transferSyntaxes.DeflatedExplicitVRLittleEndian,
]

test.each(sources.map((syntax) => [syntax.name, syntax] as const))(
  '%s becomes what would have been written in Explicit VR Little Endian',
  async (_, transferSyntax) => {
    const expected = writePart10Buffer({ dataset, transferSyntax: transferSyntaxes.ExplicitVRLittleEndian, bulkData })
    const stored = writePart10Buffer({ dataset, transferSyntax, bulkData })
    for (const size of [1, 7, 65_536]) {
      // An item without elements ends by its length or by a delimiter: both are right, and this one is ours.
      expect((await convert(stored, size)).toString('hex')).toBe(expected.toString('hex'))
    }
  },
)

test('the preamble and the rest of file meta information stay, group lengths go', async () => {
  const stored = writePart10Buffer({
    dataset: {
      [tags.SOPClassUID]: { vr: 'UI', Value: ['1.2'] },
      [tags.SOPInstanceUID]: { vr: 'UI', Value: ['1.2.3'] },
    },
    fileMetaInformation: { [tags.SourceApplicationEntityTitle]: { vr: 'AE', Value: ['SENDER'] } },
    transferSyntax: transferSyntaxes.ImplicitVRLittleEndian,
  })
  stored.write('II*', 0, 'latin1')
  const groupLength = Buffer.from('0900000004000000ffff0000', 'hex')
  const converted = await convert(Buffer.concat([stored, groupLength]))
  expect(converted.toString('latin1', 0, 3)).toBe('II*')
  const { fileMetaInformation, warnings } = await readPart10([converted])
  expect(warnings).toEqual([])
  expect(fileMetaInformation[tags.SourceApplicationEntityTitle]?.Value).toEqual(['SENDER'])
  expect(fileMetaInformation[tags.TransferSyntaxUID]?.Value).toEqual([transferSyntaxes.ExplicitVRLittleEndian.uid])
  expect(converted.includes(Buffer.from('09000000', 'hex'))).toBe(false)
})

test('memory does not grow with the object', async () => {
  const length = 64 * 1024 * 1024
  for (const transferSyntax of sources) {
    const source = writePart10({
      dataset,
      transferSyntax,
      bulkData: () => ({
        length,
        bytes: (function* () {
          for (let at = 0; at < length; at += 65_536) yield Buffer.alloc(65_536)
        })(),
      }),
    })
    let largest = 0
    let total = 0
    for await (const chunk of convertToExplicitVRLittleEndian(source)) {
      largest = Math.max(largest, chunk.length)
      total += chunk.length
    }
    expect(total).toBeGreaterThan(length)
    expect(largest).toBeLessThan(1_048_577)
  }
}, 30_000)

test('an encapsulated object and one that is cut off are refused', async () => {
  const pixels = { ...dataset, [tags.PixelData]: { vr: 'OB', BulkDataURI: 'x' } } satisfies Dataset
  const encapsulated = writePart10Buffer({ dataset: pixels, transferSyntax: transferSyntaxes.RLELossless, bulkData })
  await expect(convert(encapsulated)).rejects.toMatchObject({ problem: 'unsupported-transfer-syntax' })
  for (const transferSyntax of sources) {
    const stored = writePart10Buffer({ dataset, transferSyntax, bulkData })
    await expect(convert(stored.subarray(0, -3))).rejects.toBeInstanceOf(Part10Error)
  }
})

const describeCorpus = corpusFolder === undefined ? describe.skip : describe
const hasDcmtk = spawnSync('dcmconv', ['--version']).status === 0
const withDcmtk = hasDcmtk ? '' : ' [skipped: dcmtk is not installed]'

describeCorpus(`corpus${withCorpus}`, () => {
  test('every native file keeps its model', async () => {
    for (const file of corpusFiles('files')) {
      const bytes = readCorpusFile(file)
      const before = await readPart10([bytes])
      if (before.transferSyntax.encapsulated) continue
      const after = await readPart10([await convert(bytes)])
      expect([file, isDeepStrictEqual(plain(after.dataset), plain(before.dataset))]).toEqual([file, true])
    }
  }, 60_000)

  const testDcmtk = hasDcmtk ? test : test.skip
  testDcmtk(
    `dcmtk makes the same data set of the stored file and of ours${withDcmtk}`,
    async () => {
      const folder = mkdtempSync(join(tmpdir(), 'sansfilm-convert-'))
      // Pixels, lengths and VRs by a second implementation: it writes both as Explicit VR Little Endian without file meta.
      const dataSetBytes = (bytes: Buffer): Buffer => {
        const paths = [join(folder, 'in.dcm'), join(folder, 'out.bin')] as const
        writeFileSync(paths[0], bytes)
        spawnSync('dcmconv', ['-q', '-F', '+te', '-g', ...paths], {
          env: { ...process.env, DCMDICTPATH: standardDictionary() },
        })
        return readFileSync(paths[1])
      }
      try {
        for (const file of corpusFiles('files')) {
          const bytes = readCorpusFile(file)
          const { transferSyntax } = await readPart10([bytes])
          if (!sources.some(({ uid }) => uid === transferSyntax.uid)) continue
          expect([file, dataSetBytes(await convert(bytes)).equals(dataSetBytes(bytes))]).toEqual([file, true])
        }
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
    60_000,
  )
})

/** Without its private dictionary dcmtk leaves private elements of Implicit VR as UN, as we do. */
function standardDictionary(): string {
  const { stdout } = spawnSync('sh', [
    '-c',
    'ls /usr/share/libdcmtk*/dicom.dic /usr/share/dcmtk*/dicom.dic 2>/dev/null | head -1',
  ])
  return stdout.toString().trim()
}

/** Values of odd length are padded when they are written. */
function plain(model: Dataset): unknown {
  return JSON.parse(
    JSON.stringify(model, (key, value) => {
      if (key !== 'InlineBinary') return value
      const bytes = Buffer.from(value, 'base64')
      return Buffer.concat([bytes, Buffer.alloc(bytes.length % 2)]).toString('hex')
    }),
  )
}
