import type { Value } from '../dataset.ts'
import { DatasetError } from '../dataset-error.ts'
import { parseSpecialNumber } from '../json-model/special-numbers.ts'
import type { TagPath } from '../tag.ts'
import { type VR, vrs } from '../vr.ts'

/**
 * The text of a `Value` element as the JSON model has it. Numbers become numbers where that loses nothing; for DS, IS, SV
 * and UV other spellings stay text, which "can be used to preserve the original format" (PS3.18 §F.2.3).
 * @throws DatasetError where a binary number is none
 */
export function readValue(vr: VR, text: string, path: TagPath): Value {
  const { json } = vrs[vr]
  if (json === 'tag') {
    const tag = text.trim().toUpperCase()
    if (!/^[0-9A-F]{8}$/.test(tag)) throw new DatasetError('malformed', path, 'A value of VR AT is no tag')
    return tag
  }
  if (json === 'number') return readNumber(vr, text, path)
  if (json === 'binary') throw new DatasetError('malformed', path, `VR ${vr} has InlineBinary or BulkData, not values`)
  return text
}

function readNumber(vr: VR, text: string, path: TagPath): Value {
  const trimmed = text.trim()
  const number = trimmed === '' ? Number.NaN : Number(trimmed)
  if (vr === 'DS' || vr === 'IS') return String(number) === text && Number.isFinite(number) ? number : text
  if ((vr === 'SV' || vr === 'UV') && /^[+-]?\d+$/.test(trimmed)) {
    return Number.isSafeInteger(number) ? number : trimmed
  }
  const special = vr === 'FL' || vr === 'FD' ? parseSpecialNumber(trimmed) : undefined
  if (special !== undefined) return special
  if (!Number.isFinite(number)) throw new DatasetError('malformed', path, `A value of VR ${vr} is no number`)
  return number
}
