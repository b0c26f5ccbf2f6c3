import { type Dataset, itemsOf, type Tag, tags } from '@sansfilm/dicom'

/**
 * What waveforms are rendered to, the default first. PS3.18 Table 8.7.4-1 has no row for them: these are the "additional
 * Rendered Media Types" that a conformance statement names.
 */
export const waveformMediaTypes = ['image/png', 'image/svg+xml', 'image/jpeg'] as const

/** One of `waveformMediaTypes`. */
export type WaveformMediaType = (typeof waveformMediaTypes)[number]

/** A document has at most this many groups drawn. */
export const maxGroups = 32

/** Whether an instance has a waveform to be drawn. */
export function isWaveform(dataset: Dataset): boolean {
  return itemsOf(dataset, tags.WaveformSequence).length > 0
}

/** The paths of the values that must be read before a waveform is drawn, as `RenderSource.bulkData` takes them. */
export function waveformDataNeeded(dataset: Dataset): readonly string[] {
  return itemsOf(dataset, tags.WaveformSequence)
    .slice(0, maxGroups)
    .flatMap((item, i) =>
      [tags.WaveformData, tags.WaveformPaddingValue]
        .filter((tag) => item[tag]?.BulkDataURI !== undefined)
        .map((tag) => pathInGroup(i + 1, tag)),
    )
}

/** Where a value of a multiplex group lies. @param group from 1 */
export function pathInGroup(group: number, tag: Tag): string {
  return `${tags.WaveformSequence}/${group}/${tag}`
}
