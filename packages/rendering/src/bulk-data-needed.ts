import { type Dataset, type Tag, tags, valuesOf } from '@sansfilm/dicom'

/** Binary values that drawing reads: tables, palettes, profiles. */
const needed: ReadonlySet<Tag> = new Set([
  tags.LUTData,
  tags.RedPaletteColorLookupTableData,
  tags.GreenPaletteColorLookupTableData,
  tags.BluePaletteColorLookupTableData,
  tags.SegmentedRedPaletteColorLookupTableData,
  tags.SegmentedGreenPaletteColorLookupTableData,
  tags.SegmentedBluePaletteColorLookupTableData,
  tags.ICCProfile,
])
const overlayData = /^60[0-9A-F]{2}3000$/

/**
 * The paths of the values that must be read before an image, or a presentation state, is drawn: tags and item numbers (from
 * 1) with slashes between, as `RenderSource.bulkData` takes them.
 * @example bulkDataNeeded(dataset) // ['00283010/1/00283006'], the data of a VOI LUT
 */
export function bulkDataNeeded(dataset: Dataset, prefix = ''): readonly string[] {
  return Object.entries(dataset).flatMap(([tag, attribute]) => {
    if (attribute.BulkDataURI !== undefined) return needed.has(tag) || overlayData.test(tag) ? [prefix + tag] : []
    if (attribute.vr !== 'SQ' || tag === tags.IconImageSequence) return []
    return valuesOf(dataset, tag).flatMap((item, i) =>
      typeof item === 'object' && item !== null ? bulkDataNeeded(item as Dataset, `${prefix}${tag}/${i + 1}/`) : [],
    )
  })
}
