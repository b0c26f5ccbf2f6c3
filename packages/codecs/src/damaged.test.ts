import { describe, expect, test } from '@jest/globals'
import { AdapterError, type CodedFrame } from '@sansfilm/core/adapters'
import { type PixelDescription, type TransferSyntax, transferSyntaxes as ts } from '@sansfilm/dicom'
import { decodeFrame } from './decode.ts'
import { encodeFrame } from './encode.ts'
import { corpusFolder, damagedFiles, readInstance, withCorpus } from './testing/corpus-frames.ts'
import { describeImage, drawSamples } from './testing/images.ts'

const deep = describeImage({ rows: 60, columns: 41, bitsAllocated: 16, bitsStored: 12 })
const colour = describeImage({ rows: 60, columns: 41, samplesPerPixel: 3 })

const coded = (description: PixelDescription, { uid }: TransferSyntax): Promise<CodedFrame> =>
  encodeFrame({ transferSyntax: ts.ExplicitVRLittleEndian.uid, description, bytes: drawSamples(description) }, uid)

const families: readonly (readonly [string, TransferSyntax, PixelDescription])[] = [
  ['deflated', ts.DeflatedImageFrameCompression, deep],
  ['RLE', ts.RLELossless, colour],
  ['baseline JPEG', ts.JPEGBaseline8Bit, colour],
  ['lossless JPEG', ts.JPEGLosslessSV1, deep],
  ['JPEG-LS', ts.JPEGLSLossless, deep],
  ['colour JPEG-LS', ts.JPEGLSNearLossless, colour],
  ['JPEG 2000', ts.JPEG2000Lossless, deep],
  ['lossy JPEG 2000', ts.JPEG2000, colour],
  ['HTJ2K', ts.HTJ2KLossless, deep],
  ['lossy HTJ2K', ts.HTJ2K, colour],
]

/** What becomes of damaged bytes: an error that says so, or samples as many as described. Anything else throws. */
async function outcomeOf(frame: CodedFrame): Promise<'damaged' | 'unsupported' | 'decoded'> {
  const { rows, columns, samplesPerPixel, bitsAllocated } = frame.description
  try {
    const { bytes } = await decodeFrame(frame)
    expect(bytes.length).toBe(Math.ceil((rows * columns * samplesPerPixel * bitsAllocated) / 8))
    return 'decoded'
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error
    return error.code as 'damaged' | 'unsupported' // `toContain` below sees any other
  }
}

describe('a frame that is cut off is damaged', () => {
  test.each(families)('%s', async (_, syntax, description) => {
    const frame = await coded(description, syntax)
    const { length } = frame.bytes
    const cuts = [
      0,
      1,
      2,
      3,
      20,
      40,
      64,
      90,
      ...[0.2, 0.4, 0.6, 0.8, 0.9, 0.97].map((part) => Math.floor(length * part)),
    ]
    for (const cut of cuts) {
      await expect(decodeFrame({ ...frame, bytes: frame.bytes.subarray(0, cut) })).rejects.toMatchObject({
        name: 'AdapterError',
        code: 'damaged',
      })
    }
    expect(await outcomeOf(frame)).toBe('decoded')
  })
})

/**
 * JPEG-LS is left out: a changed byte can keep CharLS busy for many seconds, which only a deadline ends.
 */
describe('a frame with a changed byte is damaged or decodes to as many samples', () => {
  test.each(families.filter(([name]) => !name.includes('JPEG-LS')))('%s', async (_, syntax, description) => {
    const frame = await coded(description, syntax)
    let state = 7
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return (state >>> 8) % below
    }
    for (let round = 0; round < 60; round++) {
      const bytes = Uint8Array.from(frame.bytes)
      bytes[random(round < 30 ? Math.min(bytes.length, 160) : bytes.length)] = random(256)
      expect(['damaged', 'unsupported', 'decoded']).toContain(await outcomeOf({ ...frame, bytes }))
    }
    expect(await outcomeOf(frame)).toBe('decoded')
  })
})

describe('a codestream that is not what the description says is damaged', () => {
  const codestreams = families.filter(([name]) => name !== 'deflated' && name !== 'RLE')

  test.each(codestreams)('%s', async (_, syntax, description) => {
    const frame = await coded(description, syntax)
    const { samplesPerPixel } = description
    const others: readonly (readonly [Partial<PixelDescription>, string])[] = [
      [{ rows: 61 }, 'Rows is 61, in the codestream 60'],
      [{ columns: 40 }, 'Columns is 40, in the codestream 41'],
      [
        { samplesPerPixel: 4 - samplesPerPixel, bitsStored: 8 },
        `Samples per Pixel is ${4 - samplesPerPixel}, in the codestream ${samplesPerPixel}`,
      ],
      [{ bitsAllocated: 1 }, `Bits Allocated is 1, samples of the codestream have ${samplesPerPixel === 3 ? 8 : 12}`],
    ]
    for (const [other, message] of others) {
      const decoding = decodeFrame({ ...frame, description: { ...frame.description, ...other } })
      await expect(decoding).rejects.toMatchObject({ code: 'damaged', message })
    }
  })

  test('of another family', async () => {
    const frame = await coded(deep, ts.JPEG2000Lossless)
    await expect(decodeFrame({ ...frame, transferSyntax: ts.JPEGBaseline8Bit.uid })).rejects.toMatchObject({
      code: 'damaged',
      message: 'The transfer syntax is 1.2.840.10008.1.2.4.50, the codestream JPEG 2000 (Lossless Only)',
    })
  })
})

/** Frames of damaged files that do not decode; all others of these files do. */
const broken: Readonly<Record<string, readonly number[]>> = {
  'bad/fragments-garbage-rle.dcm': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  'bad/fragments-j2k-truncated.dcm': [1],
  'bad/fragments-rle-bad-offsets.dcm': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  'bad/fragments-zero-length.dcm': [1],
}

describe(`frames of damaged files are damaged or decode${withCorpus}`, () => {
  if (corpusFolder === undefined) return test.skip('file by file', () => {})

  test.each(damagedFiles('fragments-'))('%s', async (file) => {
    const instance = await readInstance(file)
    const failed: number[] = []
    for (let n = 1; n <= (instance?.numberOfFrames ?? 0); n++) {
      const outcome = await instance?.frame(n).then(outcomeOf)
      if (outcome !== 'decoded') failed.push(n)
    }
    expect(failed).toEqual(broken[file] ?? [])
  })
})
