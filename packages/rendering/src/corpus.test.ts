import { afterAll, describe, expect, test } from '@jest/globals'
import { AdapterError } from '@sansfilm/core/adapters'
import { type Dataset, numberOf, stringOf, tags } from '@sansfilm/dicom'
import { macroOf } from './frame-attributes.ts'
import { itemScopes, numbersOf, scopeOf } from './loaded-values.ts'
import { type Raster, toRgb } from './pixels/raster.ts'
import { renderFrames } from './render-frames.ts'
import { corpusFiles, corpusPath, readCorpusFile, withCorpus } from './testing/corpus.ts'
import { canDrawWithDcmtk, drawWithDcmtk, hasDcmtk } from './testing/dcmtk.ts'
import { readImage } from './testing/images.ts'
import { hasPydicom, Pydicom } from './testing/pydicom.ts'
import { type ReadInstance, readInstance } from './testing/read-instance.ts'

/** A renderer that nobody here has written. */
interface Peer {
  readonly name: string
  /** Why it cannot be asked, or nothing: ends the name of its test. */
  readonly missing: string
  /** What it draws; `undefined` where it cannot. */
  readonly draw: (name: string, frame: number, instance: ReadInstance) => Promise<Raster | undefined>
  /** Whether it has a decoder. */
  readonly decodes: (transferSyntax: string) => boolean
  /** Differences that are meant, by the beginning of the file's name. Each must still be there. */
  readonly differences: readonly (readonly [files: string, reason: string])[]
  /** Frames it is compared on, at least. */
  readonly least: number
}

const dcmtk: Peer = {
  name: 'dcmtk',
  missing: hasDcmtk() ? '' : ' [skipped: dcm2pnm is not on the PATH]',
  decodes: canDrawWithDcmtk,
  draw: async (name, frame, instance) => {
    const { uid } = instance.parsed.transferSyntax
    return drawWithDcmtk(corpusPath(name), uid, frame, optionsFor(instance, frame))
  },
  least: 200,
  differences: [
    ['ct1-jls-', 'padding is left out of the range of values that occur; dcm2pnm takes it in'],
    ['ect-2frame-', 'supplemental palette and rescaling by functional groups, which dcm2pnm does not read'],
    ['mr-4frame-2x2-perframe-voi.dcm', 'dcm2pnm draws nothing without Pixel Representation'],
    ['pmap-float.dcm', 'dcm2pnm draws no floats'],
    ['pt-jpeg-lossless-modality-lut.dcm', 'dcm2pnm takes no window narrower than 1, and the slope makes one'],
    ['rtimage.dcm', 'the window is narrower than 1'],
    ['rtdose-bad-is-value.dcm', 'dcm2pnm finds one frame, since Number of Frames is no number; all are there'],
    ['seg-', 'segments have their colours; dcm2pnm draws them in grays'],
    ['sm-140frame-jpeg-ybr422.dcm', 'the last tile is smaller than the others; dcm2pnm runs its rows together'],
    ['us-palette-16bit-segmented.dcm', 'dcm2pnm draws no segmented palette'],
  ],
}

let python: Pydicom | undefined
afterAll(() => python?.close())

const pydicom: Peer = {
  name: 'pydicom',
  missing: hasPydicom() ? '' : ' [skipped: neither SANSFILM_PYDICOM nor python3 has pydicom and its decoders]',
  decodes: () => true,
  draw: (name, frame) => {
    python ??= new Pydicom()
    return python.draw(corpusPath(name), frame)
  },
  least: 270,
  differences: [
    ['ct1-jpeg-extended-12bit.dcm', 'lossy: decoders differ by 1, which the window makes 2'],
    ['ct1-jpeg-spectral-selection-retired.dcm', 'pydicom does not decode it'],
    ['ect-2frame-', 'supplemental palette, which pydicom does not draw'],
    ['pmap-float.dcm', 'a window of 1 over fractions is drawn as LINEAR_EXACT; by LINEAR it has two shades'],
    ['rtdose-bad-is-value.dcm', 'pydicom stops at Number of Frames, which is no number'],
    ['seg-', 'segments have their colours; pydicom has their numbers'],
    ['sm-140frame-jpeg-ybr422.dcm', 'the last tile is smaller than the others, which pydicom takes for an error'],
    ['us-jpeg-extended-color-8bit.dcm', 'lossy: decoders differ by up to 3 in 16 samples'],
    ['wg04-mr1-jpeg-extended.dcm', 'pydicom does not decode it'],
    ['wg04-mr2-jpeg-extended.dcm', 'pydicom does not decode it'],
    ['wg04-nm1-jpeg-extended.dcm', 'pydicom does not decode it'],
    ['wg04-rg3-mono1-jpeg-extended.dcm', 'pydicom does not decode it'],
    ['wg04-xa1-jpeg-extended.dcm', 'pydicom does not decode it'],
    ['xc-jpeg-rgb.dcm', 'the codestream does not say that it is RGB, and Pillow takes it for YCbCr'],
  ],
}

/** What does not decode, by its file: codestreams that are not what the file says. */
const undrawable: Readonly<Record<string, string>> = {
  'nm-j2k-embedded-seq-delimiter.dcm':
    'damaged: The transfer syntax is 1.2.840.10008.1.2.4.91, the codestream High-Throughput JPEG 2000',
}

function optionsFor(instance: ReadInstance, frame: number): readonly string[] {
  const { dataset } = instance.loaded
  if (stringOf(dataset, tags.PhotometricInterpretation) === 'PALETTE COLOR') return []
  if ((numberOf(dataset, tags.SamplesPerPixel) ?? 1) > 1) return []
  if (itemScopes(scopeOf(instance.loaded), tags.VOILUTSequence).length > 0) return ['+Wl', '1']
  if (numbersOf(dataset, tags.WindowCenter).length > 0) return ['+Wi', '1']
  const window = windowOf(macroOf(scopeOf(instance.loaded), frame, tags.FrameVOILUTSequence).dataset)
  if (window !== undefined) return ['+Ww', ...window]
  return (numberOf(dataset, tags.BitsStored) ?? 16) > 8 ? ['+Wm'] : []
}

function windowOf(dataset: Dataset): readonly [string, string] | undefined {
  const [center] = numbersOf(dataset, tags.WindowCenter)
  const [width] = numbersOf(dataset, tags.WindowWidth)
  return center === undefined || width === undefined ? undefined : [String(center), String(width)]
}

async function draw(instance: ReadInstance, frame: number): Promise<Raster> {
  const request = await instance.request([frame], 'image/png')
  if (request === undefined) throw new AdapterError('unsupported', 'the image is not described')
  return readImage((await renderFrames(request)).bytes)
}

/** The largest difference of two samples. */
function furthest(a: Raster, b: Raster): number {
  const [ours, theirs] = a.channels === b.channels ? [a, b] : [toRgb(a), toRgb(b)]
  if (ours.width !== theirs.width || ours.height !== theirs.height) return 255
  return ours.data.reduce((most, sample, i) => Math.max(most, Math.abs(sample - (theirs.data[i] as number))), 0) // as long
}

describe('every image of the corpus', () => {
  for (const peer of [dcmtk, pydicom]) {
    ;(withCorpus === '' && peer.missing === '' ? test : test.skip)(
      `looks as ${peer.name} draws it, within 1 of gray and 2 of colour${withCorpus}${peer.missing}`,
      () => compareWith(peer),
      600_000,
    )
  }
})

async function compareWith(peer: Peer): Promise<void> {
  const differing: string[] = []
  const failing: Record<string, string> = {}
  let compared = 0
  for (const name of corpusFiles()) {
    const instance = await readInstance(readCorpusFile(name))
    const { transferSyntax, pixelData } = instance.parsed
    const frames = pixelData?.frames ?? 0
    if (frames === 0) continue
    for (const frame of new Set([1, frames])) {
      try {
        const ours = await draw(instance, frame)
        if (!peer.decodes(transferSyntax.uid)) continue
        const theirs = await peer.draw(name, frame, instance)
        compared++
        if (theirs === undefined || furthest(ours, theirs) > (ours.channels === 3 ? 2 : 1)) differing.push(name)
      } catch (error) {
        if (!(error instanceof AdapterError)) throw new Error(`${name}, frame ${frame}`, { cause: error })
        failing[name] = `${error.code}: ${error.message}`
      }
    }
  }
  const isMeant = (name: string): boolean => peer.differences.some(([start]) => name.startsWith(start))
  expect(differing.filter((name) => !isMeant(name))).toEqual([])
  expect(peer.differences.filter(([start]) => !differing.some((name) => name.startsWith(start)))).toEqual([])
  expect(failing).toEqual(undrawable)
  expect(compared).toBeGreaterThan(peer.least)
}
