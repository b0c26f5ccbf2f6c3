import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import type { CodedFrame } from '@sansfilm/core/adapters'
import {
  bytesSource,
  type Dataset,
  generateUid,
  lookupTransferSyntax,
  type PixelDescription,
  tags,
  transferSyntaxes as ts,
  writePart10Buffer,
} from '@sansfilm/dicom'
import { decodeFrame } from './decode.ts'
import { encodeFrame } from './encode.ts'
import { samplesOf } from './samples.ts'
import { readInstance } from './testing/corpus-frames.ts'
import { describeImage, drawSamples } from './testing/images.ts'

const hasDcmtk = ['dcmdjpeg', 'dcmdjpls', 'dcmdrle'].every((tool) => spawnSync(tool, ['--version']).status === 0)
const describeDcmtk = hasDcmtk ? describe : describe.skip
const directory = mkdtempSync(join(tmpdir(), 'sansfilm-codecs-'))
afterAll(() => rmSync(directory, { recursive: true }))

/** A Part 10 file with one frame as its only fragment. */
function part10({ transferSyntax, description, bytes }: CodedFrame): Buffer {
  const us = (value: number) => ({ vr: 'US', Value: [value] }) as const
  const dataset: Dataset = {
    [tags.SOPClassUID]: { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.7'] },
    [tags.SOPInstanceUID]: { vr: 'UI', Value: [generateUid()] },
    [tags.StudyInstanceUID]: { vr: 'UI', Value: [generateUid()] },
    [tags.SeriesInstanceUID]: { vr: 'UI', Value: [generateUid()] },
    [tags.SamplesPerPixel]: us(description.samplesPerPixel),
    [tags.PhotometricInterpretation]: { vr: 'CS', Value: [description.photometricInterpretation] },
    ...(description.samplesPerPixel > 1 && { [tags.PlanarConfiguration]: us(description.planarConfiguration) }),
    [tags.Rows]: us(description.rows),
    [tags.Columns]: us(description.columns),
    [tags.BitsAllocated]: us(description.bitsAllocated),
    [tags.BitsStored]: us(description.bitsStored),
    [tags.HighBit]: us(description.highBit),
    [tags.PixelRepresentation]: us(description.pixelRepresentation),
    [tags.PixelData]: { vr: 'OB', BulkDataURI: 'frame' },
  }
  const syntax = lookupTransferSyntax(transferSyntax)
  if (syntax === undefined) throw new Error(`no ${transferSyntax}`)
  return writePart10Buffer({ dataset, transferSyntax: syntax, bulkData: () => bytesSource(bytes) })
}

/** The frame as a program of dcmtk decodes it. */
async function decodeByDcmtk(tool: string, frame: CodedFrame): Promise<CodedFrame> {
  const [coded, decoded] = [join(directory, 'coded.dcm'), join(directory, 'decoded.dcm')]
  writeFileSync(coded, part10(frame))
  execFileSync(tool, tool === 'dcmdrle' ? [coded, decoded] : ['--color-by-pixel', coded, decoded])
  const native = await (await readInstance(decoded))?.frame(1)
  if (native === undefined) throw new Error(`${tool} gave no image`)
  return decodeFrame(native)
}

/** Samples without the bits above Bits Stored, which dcmtk leaves 0 in negative ones. */
function storedBits(bytes: Uint8Array, { bitsAllocated, bitsStored }: PixelDescription): number[] {
  return Array.from(samplesOf(bytes, bitsAllocated), (sample) => sample & (2 ** bitsStored - 1))
}

const images: readonly PixelDescription[] = [
  [8, 8],
  [16, 8],
  [16, 12],
  [16, 16],
].flatMap(([bitsAllocated = 0, bitsStored = 0]) =>
  ([0, 1] as const).flatMap((pixelRepresentation) =>
    [1, 3].map((samplesPerPixel) =>
      describeImage({ rows: 23, columns: 31, bitsAllocated, bitsStored, pixelRepresentation, samplesPerPixel }),
    ),
  ),
)

const title = hasDcmtk ? '' : ' [skipped: dcmtk is not installed]'

describeDcmtk(`dcmtk decodes to the same samples what is encoded here${title}`, () => {
  test.each([
    [ts.RLELossless.name, ts.RLELossless, 'dcmdrle'],
    [ts.JPEGLossless.name, ts.JPEGLossless, 'dcmdjpeg'],
    [ts.JPEGLosslessSV1.name, ts.JPEGLosslessSV1, 'dcmdjpeg'],
    [ts.JPEGLSLossless.name, ts.JPEGLSLossless, 'dcmdjpls'],
  ])('%s, without loss', async (_, { uid }, tool) => {
    for (const description of images) {
      const bytes = drawSamples(description)
      const coded = await encodeFrame({ transferSyntax: ts.ExplicitVRLittleEndian.uid, description, bytes }, uid)
      const decoded = await decodeByDcmtk(tool, coded)
      expect(decoded.description).toEqual(description)
      expect(storedBits(decoded.bytes, description)).toEqual(storedBits(bytes, description))
    }
  })

  test.each([
    [ts.JPEGBaseline8Bit.name, ts.JPEGBaseline8Bit, 'dcmdjpeg', images.slice(0, 2)],
    [ts.JPEGLSNearLossless.name, ts.JPEGLSNearLossless, 'dcmdjpls', images],
  ])('%s, with the loss it has', async (_, { uid }, tool, descriptions) => {
    for (const description of descriptions) {
      const bytes = drawSamples(description)
      const coded = await encodeFrame({ transferSyntax: ts.ExplicitVRLittleEndian.uid, description, bytes }, uid)
      const [ours, theirs] = [await decodeFrame(coded), await decodeByDcmtk(tool, coded)]
      expect(theirs.description).toEqual(ours.description)
      expect(storedBits(theirs.bytes, description)).toEqual(storedBits(ours.bytes, description))
    }
  })
})
