import type { Attribute, Dataset } from '@sansfilm/dicom'

/**
 * The attributes that stand, with what is absent or empty in them taken from `later`.
 * @returns `standing` itself where nothing is added
 * @example fillAttributes({}, { '00100020': { vr: 'LO', Value: ['1'] } })['00100020']?.Value // ['1']
 */
export function fillAttributes(standing: Dataset, later: Dataset): Dataset {
  const added = Object.entries(later).filter(([tag, attribute]) => {
    const stands = standing[tag]
    return stands === undefined || (!hasValue(stands) && hasValue(attribute))
  })
  if (added.length === 0) return standing
  const filled = { ...standing, ...Object.fromEntries(added) }
  return Object.fromEntries(Object.entries(filled).sort(([left], [right]) => (left < right ? -1 : 1)))
}

function hasValue({ Value = [], InlineBinary }: Attribute): boolean {
  return InlineBinary !== undefined || Value.some((value) => value !== null)
}
