import { AdapterError } from '@sansfilm/core/adapters'
import { type Dataset, itemsOf, numberOf, stringOf, type Tag, tags } from '@sansfilm/dicom'
import type { LoadedDataset } from '../../render-request.ts'
import { conceptOf } from '../concept.ts'
import { unitSymbol } from '../units.ts'
import { type Lead, leadOf } from './lead.ts'
import { type SampleFormat, sampleFormat } from './sample-format.ts'
import { maxGroups, pathInGroup } from './waveform-kind.ts'

/** A run of values at even times. */
export interface Signal {
  readonly count: number
  /** In the unit of the channel; `NaN` where nothing was recorded. */
  valueAt(index: number): number
}

/** One channel of a multiplex group. @see PS3.3 §C.10.9 */
export interface Channel extends Signal {
  readonly label: string
  readonly lead: Lead | undefined
  /** Empty where the samples have no defined unit. */
  readonly unit: string
  /** What a value is to be multiplied with to be millivolts; `undefined` where it is no voltage. */
  readonly millivolts: number | undefined
  /** Hz; absent where not said or not used. */
  readonly lowFrequency?: number
  readonly highFrequency?: number
  readonly notchFrequency?: number
}

/** Channels recorded together, with one sampling frequency. */
export interface MultiplexGroup {
  /** From 1, in the order of Waveform Sequence, which annotations refer to. */
  readonly number: number
  readonly label: string
  /** Hz. */
  readonly frequency: number
  /** Samples of each channel that are there. */
  readonly samples: number
  /** Samples that the data set says there are. */
  readonly declaredSamples: number
  /** Seconds after the reference time (PS3.3 §C.10.9.1.1). */
  readonly startsAt: number
  readonly channels: readonly Channel[]
}

/** A group has at most this many channels drawn. */
export const maxChannels = 256

const millivoltsPer: { readonly [code: string]: number } = { V: 1000, mV: 1, uV: 0.001, nV: 0.000001 }

/**
 * Reads the groups of a waveform; the samples stay where they are until they are asked for.
 * @throws AdapterError `unsupported` where samples are encoded in a way PS3.3 does not know, `damaged` where there are none
 */
export function readMultiplexGroups({ dataset, bulkData }: LoadedDataset): readonly MultiplexGroup[] {
  const items = itemsOf(dataset, tags.WaveformSequence)
  if (items.length === 0) throw new AdapterError('damaged', 'The Waveform Sequence is missing or empty')
  return items.slice(0, maxGroups).map((item, i) => readGroup(item, i + 1, bulkData))
}

function readGroup(item: Dataset, number: number, bulkData: LoadedDataset['bulkData']): MultiplexGroup {
  const interpretation = stringOf(item, tags.WaveformSampleInterpretation)?.trim() ?? ''
  const bits = numberOf(item, tags.WaveformBitsAllocated) ?? 0
  const format = sampleFormat(interpretation, bits)
  if (format === undefined) {
    throw new AdapterError('unsupported', `Multiplex group ${number} has samples of a kind that PS3.3 does not define`)
  }
  const frequency = numberOf(item, tags.SamplingFrequency) ?? 0
  const definitions = itemsOf(item, tags.ChannelDefinitionSequence)
  const channelCount = numberOf(item, tags.NumberOfWaveformChannels) ?? definitions.length
  if (!(frequency > 0) || !Number.isInteger(channelCount) || channelCount < 1) {
    throw new AdapterError('damaged', `Multiplex group ${number} has no channels, or no sampling frequency`)
  }
  const data = binaryValue(item, number, tags.WaveformData, bulkData)
  const declaredSamples = numberOf(item, tags.NumberOfWaveformSamples) ?? 0
  const stored = Math.floor((data?.length ?? 0) / (format.bytes * channelCount))
  const samples = Math.min(declaredSamples, stored)
  if (data === undefined || samples < 1) {
    throw new AdapterError('damaged', `Multiplex group ${number} has no samples`)
  }
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
  const padding = paddingOf(item, number, format, bulkData)
  return {
    number,
    label: stringOf(item, tags.MultiplexGroupLabel)?.trim() ?? '',
    frequency,
    samples,
    declaredSamples,
    startsAt: (numberOf(item, tags.MultiplexGroupTimeOffset) ?? 0) / 1000,
    channels: Array.from({ length: Math.min(channelCount, maxChannels) }, (_, index) => {
      // Samples of one instant lie together, channel by channel (PS3.3 §C.10.9.1.7).
      const encoded = (i: number) => format.read(view, (i * channelCount + index) * format.bytes)
      return readChannel(definitions[index] ?? {}, index + 1, samples, format, encoded, padding)
    }),
  }
}

function readChannel(
  definition: Dataset,
  number: number,
  count: number,
  format: SampleFormat,
  encoded: (index: number) => number,
  padding: number | undefined,
): Channel {
  const source = conceptOf(definition, tags.ChannelSourceSequence)
  const label = stringOf(definition, tags.ChannelLabel)?.trim() || undefined
  const lead = leadOf(source, label)
  const sensitivity = numberOf(definition, tags.ChannelSensitivity)
  // "A waveform sample value multiplied by the Channel Sensitivity … and … by the Channel Sensitivity Correction Factor
  // provides the calibrated measured value" (PS3.3 §C.10.9.1.4.2).
  const factor = (sensitivity ?? 1) * (numberOf(definition, tags.ChannelSensitivityCorrectionFactor) ?? 1)
  const baseline = numberOf(definition, tags.ChannelBaseline) ?? 0
  const unit = sensitivity === undefined ? undefined : conceptOf(definition, tags.ChannelSensitivityUnitsSequence)
  const { expand } = format
  return {
    count,
    valueAt(index) {
      const value = encoded(index)
      if (value === padding) return Number.NaN
      return (expand === undefined ? value : expand(value)) * factor + baseline
    },
    label: lead ?? label ?? source?.meaning ?? `Channel ${number}`,
    lead,
    unit: unitSymbol(unit),
    millivolts:
      unit?.code !== undefined && Object.hasOwn(millivoltsPer, unit.code) ? millivoltsPer[unit.code] : undefined,
    ...positive('lowFrequency', definition, tags.FilterLowFrequency),
    ...positive('highFrequency', definition, tags.FilterHighFrequency),
    ...positive('notchFrequency', definition, tags.NotchFilterFrequency),
  }
}

function positive<K extends string>(name: K, definition: Dataset, tag: Tag): { readonly [P in K]?: number } {
  const value = numberOf(definition, tag)
  return value !== undefined && value > 0 ? ({ [name]: value } as { [P in K]: number }) : {}
}

/** The encoded value that stands for "nothing recorded" (PS3.3 Table C.10-9). */
function paddingOf(
  item: Dataset,
  number: number,
  format: SampleFormat,
  bulkData: LoadedDataset['bulkData'],
): number | undefined {
  const bytes = binaryValue(item, number, tags.WaveformPaddingValue, bulkData)
  if (bytes === undefined || bytes.length < format.bytes) return undefined
  return format.read(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0)
}

function binaryValue(
  item: Dataset,
  number: number,
  tag: Tag,
  bulkData: LoadedDataset['bulkData'],
): Uint8Array | undefined {
  const { InlineBinary, BulkDataURI } = item[tag] ?? {}
  if (InlineBinary !== undefined) return Buffer.from(InlineBinary, 'base64')
  return BulkDataURI === undefined ? undefined : bulkData.get(pathInGroup(number, tag))
}
