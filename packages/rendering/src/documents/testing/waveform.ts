import { type Dataset, sopClasses, tags } from '@sansfilm/dicom'
import type { LoadedDataset } from '../../render-request.ts'
import { code, datasetOf } from './dataset-of.ts'

type Content = Parameters<typeof datasetOf>[0]

/** A channel to be made: its name, unit, and value in that unit at a time in seconds. */
export interface TestChannel {
  readonly label: string
  readonly unit: readonly [code: string, meaning: string]
  /** Unit of one step of the samples. */
  readonly sensitivity: number
  readonly more?: Content
  valueAt(seconds: number): number
}

export interface TestGroup {
  readonly label: string
  readonly frequency: number
  readonly seconds: number
  readonly channels: readonly TestChannel[]
  /** Encoded as 16 bits signed. */
  readonly padding?: number
}

/** A waveform of these groups, with its samples as 16-bit bulk data. */
export function waveform(groups: readonly TestGroup[], content: Content = {}): LoadedDataset {
  const bulkData = new Map<string, Uint8Array>()
  const items = groups.map((group, i): Dataset => {
    const path = `${tags.WaveformSequence}/${i + 1}/${tags.WaveformData}`
    bulkData.set(path, samplesOf(group))
    return {
      ...datasetOf({
        WaveformOriginality: 'ORIGINAL',
        NumberOfWaveformChannels: group.channels.length,
        NumberOfWaveformSamples: Math.round(group.frequency * group.seconds),
        SamplingFrequency: group.frequency,
        MultiplexGroupLabel: group.label,
        ChannelDefinitionSequence: group.channels.map(definitionOf),
        WaveformBitsAllocated: 16,
        WaveformSampleInterpretation: 'SS',
      }),
      ...(group.padding === undefined
        ? {}
        : { [tags.WaveformPaddingValue]: { vr: 'OW', InlineBinary: int16(group.padding).toString('base64') } }),
      [tags.WaveformData]: { vr: 'OW', BulkDataURI: path },
    }
  })
  const dataset = datasetOf({
    SOPClassUID: sopClasses.GeneralECGWaveformStorage.uid,
    PatientName: 'Doe^Jane',
    PatientID: 'P1',
    AcquisitionDateTime: '20240229101112',
    WaveformSequence: items,
    ...content,
  })
  return { dataset, bulkData }
}

function definitionOf({ label, unit, sensitivity, more = {} }: TestChannel): Dataset {
  return datasetOf({
    ChannelLabel: label,
    ChannelSourceSequence: [code(label, '99TEST', label)],
    ChannelSensitivity: sensitivity,
    ChannelSensitivityUnitsSequence: [code(unit[0], 'UCUM', unit[1])],
    ChannelSensitivityCorrectionFactor: 1,
    ChannelBaseline: 0,
    WaveformBitsStored: 16,
    ...more,
  })
}

function samplesOf({ frequency, seconds, channels }: TestGroup): Buffer {
  const count = Math.round(frequency * seconds)
  const values = new Int16Array(count * channels.length)
  for (let i = 0; i < count; i++) {
    channels.forEach(({ valueAt, sensitivity }, channel) => {
      values[i * channels.length + channel] = Math.round(valueAt(i / frequency) / sensitivity)
    })
  }
  return Buffer.from(values.buffer)
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeInt16LE(value)
  return bytes
}

/** A beat every 0.8 s, in millivolts: P, QRS and T as bumps. */
export function heartbeat(seconds: number): number {
  const phase = seconds % 0.8
  const bump = (at: number, width: number, height: number) => height * Math.exp(-(((phase - at) / width) ** 2))
  return (
    bump(0.2, 0.025, 0.15) +
    bump(0.335, 0.008, -0.1) +
    bump(0.36, 0.012, 1.1) +
    bump(0.385, 0.01, -0.25) +
    bump(0.6, 0.05, 0.3)
  )
}

/** One of the leads of an ECG, in microvolts. */
export function lead(label: string, gain = 1): TestChannel {
  return { label, unit: ['uV', 'microvolt'], sensitivity: 1, valueAt: (seconds) => heartbeat(seconds) * 1000 * gain }
}
