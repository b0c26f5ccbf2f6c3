import { replacementCharacter } from '../character-repertoires.ts'
import { type CharacterSet, isPlainAscii } from '../character-set.ts'
import type { Value } from '../dataset.ts'
import { parsePersonName } from '../values/person-name.ts'
import { type VR, type VrFacts, vrs } from '../vr.ts'
import type { Encoded } from './encode.ts'

/** Text whose leading spaces carry meaning (PS3.5 Table 6.2-1). */
const keepsLeadingSpaces: ReadonlySet<VR> = new Set(['LT', 'ST', 'UT', 'UC', 'UR'])

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?$/

/** Values of a text VR: split at backslashes where the VR has several, without padding. */
export function encodeText(vr: VR, bytes: Buffer, characterSet: CharacterSet): Encoded {
  const { multiple, json, charset } = vrs[vr]
  const plain = isPlainAscii(bytes)
  const delimiters = json === 'person-name' ? '\\^=' : multiple ? '\\' : ''
  const text = trimEnd(plain ? bytes.toString('latin1') : characterSet.decode(bytes, delimiters))
  if (text === '') return { attribute: { vr } }
  let problem = plain ? undefined : problemOf(text, vr, charset)
  const encode = (part: string): Value => {
    const value = encodePart(json, keepsLeadingSpaces.has(vr) ? trimEnd(part) : trimBoth(part))
    if (json === 'number' && typeof value === 'string' && !decimal.test(value)) problem = `${vr} is not a number`
    return value
  }
  // Arrays made to size: one that grows keeps room for 16 more values.
  const Value = multiple && text.includes('\\') ? text.split('\\').map(encode) : [encode(text)]
  return { attribute: { vr, Value }, problem }
}

function encodePart(json: VrFacts['json'], text: string): Value {
  if (text === '') return null
  if (json === 'person-name') return parsePersonName(text) ?? null
  return json === 'number' ? encodeDecimal(text) : text
}

/** "A JSON String representation can be used … to avoid losing precision of a decimal string" (PS3.18 §F.2.3). */
function encodeDecimal(text: string): number | string {
  if (!decimal.test(text)) return text
  const number = Number(text)
  if (!Number.isFinite(number)) return text
  const keeps =
    text.length <= 15 || significantDigits(text) <= 15 || significantDigits(String(number)) === significantDigits(text)
  return keeps ? number : text
}

function problemOf(text: string, vr: VR, charset: boolean): string | undefined {
  if (text.includes(replacementCharacter)) return 'Bytes that are no character of the Specific Character Set'
  return charset ? undefined : `${vr} holds characters outside the default repertoire`
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
