import { describe, expect, test } from '@jest/globals'
import { AdapterError } from '@sansfilm/core/adapters'
import { type Dataset, itemsOf, sopClasses, tags } from '@sansfilm/dicom'
import sharp from 'sharp'
import type { LoadedDataset } from '../../render-request.ts'
import { corpusFiles, readCorpusInstance, withCorpus } from '../testing/corpus.ts'
import { code, datasetOf } from '../testing/dataset-of.ts'
import { parseMarkup } from '../testing/markup.ts'
import { heartbeat, lead, type TestChannel, type TestGroup, waveform } from '../testing/waveform.ts'
import { standardLeads } from './lead.ts'
import { outlinedText } from './letters.ts'
import { readMultiplexGroups } from './multiplex-group.ts'
import { renderWaveform } from './render-waveform.ts'
import { isWaveform, waveformDataNeeded, waveformMediaTypes } from './waveform-kind.ts'

const twelveLeads = standardLeads.map((name) => lead(name))
const ecg = (seconds: number, more: Partial<TestGroup> = {}): TestGroup => ({
  label: 'Rhythm',
  frequency: 500,
  seconds,
  channels: twelveLeads,
  ...more,
})

async function svgOf(source: LoadedDataset): Promise<string> {
  return Buffer.from((await renderWaveform(source, 'image/svg+xml')).bytes).toString()
}

/** Text elements with where they stand. */
async function wordsOf(source: LoadedDataset) {
  const svg = await svgOf(source)
  parseMarkup(svg)
  return [...svg.matchAll(/<text x="([\d.-]+)" y="([\d.-]+)"[^>]*>([^<]*)<\/text>/g)].map(([, x, y, text]) => ({
    x: Number(x),
    y: Number(y),
    text: text ?? '',
  }))
}

/** A change of one item of the Waveform Sequence. */
function changed({ dataset, bulkData }: LoadedDataset, change: Dataset): LoadedDataset {
  const [first = {}, ...rest] = itemsOf(dataset, tags.WaveformSequence)
  return { dataset: { ...dataset, ...datasetOf({ WaveformSequence: [{ ...first, ...change }, ...rest] }) }, bulkData }
}

describe('an ECG of twelve leads', () => {
  test('is printed 3 by 4 with a rhythm strip of lead II', async () => {
    const words = await wordsOf(waveform([ecg(10)]))
    const captions = words.filter(({ text }) => standardLeads.some((name) => name === text))
    const rows = Map.groupBy(captions, ({ y }) => y)
    expect([...rows.values()].map((row) => row.map(({ text }) => text))).toEqual([
      ['I', 'aVR', 'V1', 'V4'],
      ['II', 'aVL', 'V2', 'V5'],
      ['III', 'aVF', 'V3', 'V6'],
      ['II'],
    ])
    const [first, second] = captions
    expect((second?.x ?? 0) - (first?.x ?? 0)).toBe(62.5) // 2.5 s at 25 mm/s
    expect(words.some(({ text }) => text === '25 mm/s · 10 mm/mV')).toBe(true)
  })

  test('is to scale: 10 mm for a millivolt, as the calibration pulse', async () => {
    const svg = await svgOf(waveform([ecg(10)]))
    const pulse = /d="M[\d.]+ ([\d.]+)h2v(-10)h5v10h2"/.exec(svg)
    const baseline = Number(pulse?.[1])
    const traces = [...svg.matchAll(/d="(M[\d.]+ [\d.]+L[^"]{500,})"/g)].map(([, path = '']) => path)
    const heights = traces[0]?.match(/(?<=\d )[\d.]+/g)?.map(Number) ?? []
    const peak = Math.max(...Array.from({ length: 400 }, (_, i) => heartbeat(i / 500)))
    expect(baseline - Math.min(...heights)).toBeCloseTo(peak * 10, 1)
  })

  test('of large voltages is drawn at 5 mm/mV, and says so', async () => {
    const words = await wordsOf(waveform([ecg(10, { channels: standardLeads.map((name) => lead(name, 6)) })]))
    expect(words.some(({ text }) => text.includes('5 mm/mV'))).toBe(true)
    expect(words.some(({ text }) => text.includes('10 mm/mV'))).toBe(false)
  })

  test('of a minute has a strip for each ten seconds', async () => {
    const words = await wordsOf(waveform([ecg(60)]))
    expect(words.filter(({ text }) => text.startsWith('II  ')).map(({ text }) => text)).toEqual(
      [0, 10, 20, 30, 40, 50].map((second) => `II  ${second} s`),
    )
    expect(words.some(({ text }) => text.includes('leads: the first 10 s'))).toBe(true)
  })

  test('of five minutes is shown by its start and an overview', async () => {
    const words = await wordsOf(waveform([ecg(300, { frequency: 50 })]))
    const texts = words.map(({ text }) => text)
    expect(texts.filter((text) => text === 'V6')).toHaveLength(2)
    expect(texts).toEqual(expect.arrayContaining(['25 mm/s · 10 mm/mV', '05:00']))
  })

  test('names filters, measurements and findings', async () => {
    const filtered = twelveLeads.map((each) => ({
      ...each,
      more: { FilterLowFrequency: 0.05, FilterHighFrequency: 150, NotchFilterFrequency: 50 },
    }))
    const annotations = [
      datasetOf({ ReferencedWaveformChannels: [1, 0], UnformattedTextValue: 'Sinus rhythm' }),
      datasetOf({
        ReferencedWaveformChannels: [1, 0],
        ConceptNameCodeSequence: [code('2:16160', 'MDC', 'QRS Duration')],
        NumericValue: 75,
        MeasurementUnitsCodeSequence: [code('ms', 'UCUM', 'millisecond')],
      }),
      datasetOf({
        ReferencedWaveformChannels: [1, 0],
        ConceptNameCodeSequence: [code('x', 'y', 'P Onset')],
        TemporalRangeType: 'POINT',
        ReferencedSamplePositions: [501],
      }),
    ]
    const source = waveform([ecg(10, { channels: filtered })], { WaveformAnnotationSequence: annotations })
    const texts = (await wordsOf(source)).map(({ text }) => text)
    expect(texts).toEqual(expect.arrayContaining(['Sinus rhythm', 'QRS Duration', '75 ms', 'Doe, Jane']))
    expect(texts).toContain('25 mm/s · 10 mm/mV · 0.05–150 Hz, notch 50 Hz · Strokes below the strip: P Onset')
    // One second into the strip: margin 11, pulse 15, and 25 mm.
    expect(await svgOf(source)).toMatch(/d="M51 [\d.]+v2\.2"/)
  })
})

const pressure: TestChannel = {
  label: 'Aorta',
  unit: ['mm[Hg]', 'millimeter of mercury'],
  sensitivity: 0.5,
  valueAt: (seconds) => 100 + 20 * Math.sin(seconds * 7),
}

describe('other waveforms', () => {
  test('are channels with unit, range and time', async () => {
    const group = { label: 'Pressures', frequency: 100, seconds: 8, channels: [pressure] }
    const words = await wordsOf(waveform([group], { SOPClassUID: sopClasses.HemodynamicWaveformStorage.uid }))
    const texts = words.map(({ text }) => text)
    expect(texts).toEqual(
      expect.arrayContaining(['Hemodynamic', 'Pressures · 100 Hz', 'Aorta', 'mmHg', '80', '120', '0 s', '8 s']),
    )
  })

  test('have a panel for each group', async () => {
    const groups = [
      { label: 'ECG', frequency: 250, seconds: 5, channels: [lead('II')] },
      { label: 'Pressures', frequency: 100, seconds: 5, channels: [pressure] },
    ]
    const texts = (await wordsOf(waveform(groups))).map(({ text }) => text)
    expect(texts).toEqual(expect.arrayContaining(['ECG · 5 s at 250 Hz', 'Pressures · 100 Hz']))
  })

  test('of 300 channels stay within what a sheet holds', async () => {
    const channels = Array.from({ length: 300 }, (_, i): TestChannel => ({ ...pressure, label: `C${i}` }))
    const source = waveform([{ label: '', frequency: 1000, seconds: 1, channels }])
    const svg = await svgOf(source)
    expect(svg).toContain('the first 256 channels')
    expect(svg.length).toBeLessThan(6_000_000)
  })

  test('cost what their sheet costs, however long', async () => {
    const hours = { label: '', frequency: 20, seconds: 6 * 3600, channels: [pressure] }
    expect((await svgOf(waveform([hours]))).length).toBeLessThan(150_000)
  })
})

describe('samples', () => {
  const valuesOf = (source: LoadedDataset) => {
    const [group] = readMultiplexGroups(source)
    return Array.from({ length: group?.samples ?? 0 }, (_, i) => group?.channels[0]?.valueAt(i))
  }
  const ramp = (more: Partial<TestChannel> = {}): TestChannel => ({
    label: 'x',
    unit: ['mV', 'millivolt'],
    sensitivity: 0.5,
    valueAt: (seconds) => seconds,
    ...more,
  })
  const group = (channel: TestChannel, padding?: number): TestGroup => ({
    label: '',
    frequency: 1,
    seconds: 4,
    channels: [channel],
    ...(padding === undefined ? {} : { padding }),
  })

  test('are scaled, corrected and shifted to their unit', () => {
    expect(valuesOf(waveform([group(ramp())]))).toEqual([0, 1, 2, 3])
    const calibrated = ramp({ more: { ChannelSensitivityCorrectionFactor: 2, ChannelBaseline: -1 } })
    expect(valuesOf(waveform([group(calibrated)]))).toEqual([-1, 1, 3, 5])
  })

  test('that are padding were not recorded', () => {
    expect(valuesOf(waveform([group(ramp(), 4)]))).toEqual([0, 1, Number.NaN, 3])
  })

  test('that are inline need no bulk data', () => {
    const source = changed(waveform([group(ramp())]), {
      [tags.WaveformData]: { vr: 'OW', InlineBinary: Buffer.from([2, 0, 4, 0, 6, 0, 8, 0]).toString('base64') },
    })
    expect(waveformDataNeeded(source.dataset)).toEqual([])
    expect(valuesOf(source)).toEqual([1, 2, 3, 4])
  })

  test('that end early are drawn, and the sheet says so', async () => {
    const source = changed(waveform([group(ramp())]), datasetOf({ NumberOfWaveformSamples: 9 }))
    expect((await wordsOf(source)).some(({ text }) => text.includes('recording incomplete: 4 of 9 samples'))).toBe(true)
  })

  test.each<[string, Dataset, string]>([
    ['of an unknown kind', datasetOf({ WaveformSampleInterpretation: 'XX' }), 'unsupported'],
    ['of other bits', datasetOf({ WaveformBitsAllocated: 24 }), 'unsupported'],
    ['without a frequency', datasetOf({ SamplingFrequency: undefined }), 'damaged'],
    ['that are missing', { [tags.WaveformData]: { vr: 'OW' } }, 'damaged'],
    ['of no channels', datasetOf({ NumberOfWaveformChannels: 0 }), 'damaged'],
  ])('%s are refused', async (_, change, expected) => {
    const rendering = renderWaveform(changed(waveform([group(ramp())]), change), 'image/svg+xml')
    await expect(rendering).rejects.toThrow(AdapterError)
    await expect(rendering).rejects.toMatchObject({ code: expected })
  })

  test('are needed by their path', () => {
    const { dataset } = waveform([group(ramp()), group(ramp())])
    expect(waveformDataNeeded(dataset)).toEqual(['54000100/1/54001010', '54000100/2/54001010'])
    expect(isWaveform(dataset)).toBe(true)
    expect(isWaveform({})).toBe(false)
  })
})

describe('pictures', () => {
  test('have text without any font of the system', () => {
    const word = outlinedText(0, 0, 'aVR µV Ж', { size: 3 })
    expect(word).not.toContain('<text')
    expect(word.match(/<path /g)).toHaveLength(6)
  })

  test('fit the viewport', async () => {
    const { bytes } = await renderWaveform(waveform([ecg(10)]), 'image/png', { viewport: { width: 800, height: 4000 } })
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 800 })
  })

  test('of JPEG are JPEG', async () => {
    const { bytes, mediaType } = await renderWaveform(waveform([ecg(10)]), 'image/jpeg', { quality: 50 })
    expect(mediaType).toBe('image/jpeg')
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 1754 })
  })
})

test('nothing of a value becomes markup', async () => {
  const hostile = `"><script>alert(1)</script>&\u0000]]>`
  const channel = { ...pressure, label: hostile, unit: [hostile, hostile] as const }
  const source = waveform([{ label: hostile, frequency: 10, seconds: 1, channels: [channel] }], {
    PatientName: hostile,
    PatientID: hostile,
    SOPClassUID: hostile,
    WaveformAnnotationSequence: [datasetOf({ UnformattedTextValue: hostile })],
  })
  const { elements } = parseMarkup(await svgOf(source))
  const allowed = ['svg', 'title', 'rect', 'path', 'text', 'g', 'clipPath']
  expect(elements.filter(({ name }) => !allowed.includes(name))).toEqual([])
})

const corpus = corpusFiles('1.2.840.10008.5.1.4.1.1.9.')
const corpusTest = corpus.length === 0 ? test.skip : test
corpusTest(`every waveform of the corpus is drawn${withCorpus}`, async () => {
  for (const file of corpus) {
    const { dataset, bulkData: ranges, bytes } = await readCorpusInstance(file)
    const bulkData = new Map(
      ranges.map(({ path, offset, length }) => [path, bytes.subarray(offset, offset + length)] as const),
    )
    for (const mediaType of waveformMediaTypes) {
      const rendering = await renderWaveform({ dataset, bulkData }, mediaType)
      if (mediaType === 'image/svg+xml') parseMarkup(Buffer.from(rendering.bytes).toString())
      else expect((await sharp(rendering.bytes).stats()).isOpaque).toBe(true)
    }
  }
})
