import type { CharacterSet } from '../character-set.ts'
import type { Value } from '../dataset.ts'
import { parsePersonName } from '../values/person-name.ts'
import { type VR, vrs } from '../vr.ts'
import type { Encoded } from './encode.ts'

/** Text whose leading spaces carry meaning (PS3.5 Table 6.2-1). */
const keepsLeadingSpaces: ReadonlySet<VR> = new Set(['LT', 'ST', 'UT', 'UC', 'UR'])

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?$/

/** Values of a text VR: split at backslashes where the VR has several, without padding. */
export function encodeText(vr: VR, bytes: Buffer, characterSet: CharacterSet): Encoded {
  const { multiple, json, charset } = vrs[vr]
  const delimiters = json === 'person-name' ? '\\^=' : multiple ? '\\' : ''
  const text = trimEnd(characterSet.decode(bytes, delimiters))
  if (text === '') return { attribute: { vr } }
  let problem: string | undefined
  if (text.includes('\uFFFD')) problem = 'Bytes that are no character of the Specific Character Set'
  else if (!charset && !isAscii(text)) problem = `${vr} holds characters outside the default repertoire`
  const Value = (multiple ? text.split('\\') : [text]).map((part): Value => {
    const value = keepsLeadingSpaces.has(vr) ? trimEnd(part) : trimBoth(part)
    if (value === '') return null
    if (json === 'person-name') return parsePersonName(value) ?? null
    if (json !== 'number') return value
    const number = encodeDecimal(value)
    if (typeof number === 'string' && !decimal.test(value)) problem = `${vr} is not a number`
    return number
  })
  return { attribute: { vr, Value }, problem }
}

/** "A JSON String representation can be used … to avoid losing precision of a decimal string" (PS3.18 §F.2.3). */
function encodeDecimal(text: string): number | string {
  if (!decimal.test(text)) return text
  const number = Number(text)
  if (!Number.isFinite(number)) return text
  return significantDigits(text) > 15 && significantDigits(String(number)) !== significantDigits(text) ? text : number
}

/** Digits from the first to the last that is not zero: more than 15 may not survive as a number. */
function significantDigits(text: string): number {
  return text
    .replace(/[Ee].*$/, '')
    .replace(/[^\d]/g, '')
    .replace(/^0+|0+$/g, '').length
}

/** Trailing spaces are padding in every text VR, and so is the NUL of UI, which other VRs wear by mistake. */
function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && isPadding(text.charCodeAt(end - 1))) end--
  return end === text.length ? text : text.slice(0, end)
}

function trimBoth(text: string): string {
  let start = 0
  while (text.charCodeAt(start) === 0x20) start++
  return trimEnd(start === 0 ? text : text.slice(start))
}

function isPadding(code: number): boolean {
  return code === 0x20 || code === 0
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) >= 0x80) return false
  return true
}
