import { AdapterError } from '@sansfilm/core/adapters'
import { stringOf, type Tag, tags } from '@sansfilm/dicom'
import type { Scope } from '../loaded-values.ts'
import { entriesOf, type LookupTable, lookUp, lookupTableOf, tableDescriptorOf } from '../pixels/lookup-table.ts'
import { type IndexedValues, tableOf, type ValueTable } from '../pixels/value-table.ts'
import { expandSegments } from './segmented-palette.ts'

/** Tables for red, green and blue. */
export type Palette = readonly [LookupTable, LookupTable, LookupTable]

const channels: readonly (readonly [descriptor: Tag, data: Tag, segmented: Tag])[] = [
  [
    tags.RedPaletteColorLookupTableDescriptor,
    tags.RedPaletteColorLookupTableData,
    tags.SegmentedRedPaletteColorLookupTableData,
  ],
  [
    tags.GreenPaletteColorLookupTableDescriptor,
    tags.GreenPaletteColorLookupTableData,
    tags.SegmentedGreenPaletteColorLookupTableData,
  ],
  [
    tags.BluePaletteColorLookupTableDescriptor,
    tags.BluePaletteColorLookupTableData,
    tags.SegmentedBluePaletteColorLookupTableData,
  ],
]

/** The palette of a Palette Color Lookup Table Module; `undefined` where it is not complete. @see PS3.3 §C.7.9 */
export function paletteOf(module: Scope, signed: boolean): Palette | undefined {
  const [red, green, blue] = channels.map(
    ([descriptor, data, segmented]) =>
      lookupTableOf(module, descriptor, data, signed) ?? segmentedTableOf(module, descriptor, segmented, signed),
  )
  return red === undefined || green === undefined || blue === undefined ? undefined : [red, green, blue]
}

function segmentedTableOf(module: Scope, descriptorTag: Tag, dataTag: Tag, signed: boolean): LookupTable | undefined {
  const descriptor = tableDescriptorOf(module, descriptorTag, signed)
  // A first entry of 8 bits is packed; that of one byte only tells where the segments are counted, so words are tried last.
  const segments = entriesOf(module, dataTag, descriptor?.bits === 8 ? Number.POSITIVE_INFINITY : undefined)
  if (descriptor === undefined || segments === undefined) return undefined
  const entries = expandSegments(segments, descriptor.count)
  return entries.length === 0 ? undefined : { first: descriptor.first, entries, bits: descriptor.bits }
}

/** What each stored value of a PALETTE COLOR image is drawn as. */
export function paletteTable(palette: Palette | undefined, stored: IndexedValues): ValueTable {
  if (palette === undefined) throw new AdapterError('damaged', 'the palette is not complete')
  return tableOf(stored, 3, (value) => paletteColour(palette, value))
}

/** The colour of a value, 8 bits each. */
export function paletteColour(palette: Palette, value: number): readonly number[] {
  return palette.map((table) => lookUp(table, value) >> Math.max(0, table.bits - 8))
}

/**
 * What a gray image is drawn as whose higher values are colours: those from the first entry of the palette on; `undefined`
 * where an image has none. @see PS3.3 §C.8.16.2.1.1, PS3.4 §N.2.2.1
 */
export function supplementalPaletteOf(instance: Scope, signed: boolean): Palette | undefined {
  const presentation = stringOf(instance.dataset, tags.PixelPresentation)?.trim()
  return presentation === 'COLOR' || presentation === 'MIXED' ? paletteOf(instance, signed) : undefined
}

/** The colour of a share of the whole palette, from 0 to 1: of values that are no longer stored ones. */
export function paletteColourOfShare(palette: Palette, share: number): readonly number[] {
  const [{ first, entries }] = palette
  return paletteColour(palette, first + share * (entries.length - 1))
}
