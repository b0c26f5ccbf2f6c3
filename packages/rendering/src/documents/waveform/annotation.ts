import { type Dataset, itemsOf, numberOf, stringOf, tags, valuesOf } from '@sansfilm/dicom'
import { conceptOf } from '../concept.ts'
import { unitSymbol } from '../units.ts'

/** What was measured or said of a waveform. @see PS3.3 §C.10.10 */
export interface Annotation {
  /** `PR Interval`; absent for free text. */
  readonly name?: string
  /** `161 ms`, a coded finding, or free text. */
  readonly value?: string
  /** Multiplex group and channel, both from 1; channel 0 is every channel of the group. None: the whole waveform. */
  readonly channels: readonly { readonly group: number; readonly channel: number }[]
  /** Seconds from the start of the group, one for each place; absent where it is not said of a place. */
  readonly at?: (frequency: number) => readonly number[]
}

const maxAnnotations = 5000

export function readAnnotations(dataset: Dataset): readonly Annotation[] {
  return itemsOf(dataset, tags.WaveformAnnotationSequence).slice(0, maxAnnotations).map(readAnnotation)
}

function readAnnotation(item: Dataset): Annotation {
  const name = conceptOf(item, tags.ConceptNameCodeSequence)?.meaning
  const value = describeValue(item)
  const samples = numbers(item, tags.ReferencedSamplePositions)
  const offsets = numbers(item, tags.ReferencedTimeOffsets)
  const references = numbers(item, tags.ReferencedWaveformChannels)
  const at =
    samples.length > 0
      ? // "The first sample enumerated 1" (PS3.3 §C.10.9.1.2).
        (frequency: number) => samples.map((sample) => (sample - 1) / frequency)
      : offsets.length > 0
        ? () => offsets.map((offset) => offset / 1000)
        : undefined
  return {
    channels: references.flatMap((group, i) => (i % 2 === 0 ? [{ group, channel: references[i + 1] ?? 0 }] : [])),
    ...(name === undefined ? {} : { name }),
    ...(value === undefined ? {} : { value }),
    ...(at === undefined ? {} : { at }),
  }
}

function describeValue(item: Dataset): string | undefined {
  const text = stringOf(item, tags.UnformattedTextValue)?.trim()
  if (text) return text
  const number = numberOf(item, tags.NumericValue)
  if (number === undefined) return conceptOf(item, tags.ConceptCodeSequence)?.meaning
  const symbol = unitSymbol(conceptOf(item, tags.MeasurementUnitsCodeSequence))
  return symbol === '' || symbol === '°' ? `${number}${symbol}` : `${number} ${symbol}`
}

function numbers(item: Dataset, tag: string): readonly number[] {
  return valuesOf(item, tag)
    .map(Number)
    .filter((value) => Number.isFinite(value))
}
