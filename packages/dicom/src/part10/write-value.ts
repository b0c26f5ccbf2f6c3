import type { Attribute, PersonName, Value } from '../dataset.ts'
import { DatasetError } from '../dataset-error.ts'
import { floatOf } from '../json-model/special-numbers.ts'
import type { TagPath } from '../tag.ts'
import { type VR, vrs } from '../vr.ts'

/**
 * The value field of an attribute that has `Value` or `InlineBinary`, in little endian, padded to an even length.
 * Text is in UTF-8.
 * @throws DatasetError where a value cannot stand in a field of its VR
 * @see PS3.5 §6.2
 */
export function encodeValueField({ vr, Value: values, InlineBinary: binary }: Attribute, path: TagPath): Buffer {
  if (binary !== undefined) return pad(Buffer.from(binary, 'base64'), vr)
  if (values === undefined || values.length === 0) return Buffer.alloc(0)
  const { json, unit } = vrs[vr]
  if (json === 'binary' || json === 'sequence') throw new DatasetError('malformed', path, `VR ${vr} has no such values`)
  if (json === 'tag') return encodeNumbers(values.flatMap(splitTag), 'US', 2, path)
  if (json === 'number' && vr !== 'DS' && vr !== 'IS') return encodeNumbers(values, vr, unit, path)
  return pad(Buffer.from(values.map((value) => textOf(value, vr)).join('\\')), vr)
}

/** Makes a value field even (PS3.5 §6.2). */
function pad(bytes: Buffer, vr: VR): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.of(vrs[vr].padding)])
}

function textOf(value: Value, vr: VR): string {
  if (value === null) return ''
  if (typeof value === 'number') return vr === 'DS' ? decimalString(value) : String(value)
  if (typeof value === 'string') return value
  const name = value as PersonName // the only object with a text VR
  return [name.Alphabetic, name.Ideographic, name.Phonetic]
    .map((group) => group ?? '')
    .join('=')
    .replace(/=+$/, '')
}

/** "16 bytes maximum" (PS3.5 Table 6.2-1): exact where fixed or exponential form fits, the nearest that fits otherwise. */
function decimalString(value: number): string {
  const exact = [String(value), value.toExponential()].find(fitsDecimalString)
  if (exact !== undefined) return exact
  for (let digits = 15; digits > 8; digits--) {
    const rounded = Number(value.toPrecision(digits))
    const text = [String(rounded), rounded.toExponential()].find(fitsDecimalString)
    if (text !== undefined) return text
  }
  return value.toExponential(8) // -1.23456789e-300 has 16
}

function fitsDecimalString(text: string): boolean {
  return text.length <= 16
}

function splitTag(value: Value): number[] {
  return typeof value === 'string'
    ? [Number.parseInt(value.slice(0, 4), 16), Number.parseInt(value.slice(4), 16)]
    : [-1]
}

function encodeNumbers(values: readonly Value[], vr: VR, unit: number, path: TagPath): Buffer {
  const bytes = Buffer.alloc(values.length * unit)
  values.forEach((value, i) => {
    try {
      writeNumber(bytes, value, vr, i * unit)
    } catch {
      // What Buffer and BigInt throw quotes the value, so it is no cause to pass on.
      throw new DatasetError('malformed', path, `A value cannot be written as VR ${vr}`)
    }
  })
  return bytes
}

function writeNumber(bytes: Buffer, value: Value, vr: VR, at: number): void {
  if (value === null || typeof value === 'object' || value === '') throw new RangeError('No number')
  const number = Number(value)
  if (vr === 'SV') bytes.writeBigInt64LE(BigInt(value), at)
  else if (vr === 'UV') bytes.writeBigUInt64LE(BigInt(value), at)
  else if (vr === 'FL') bytes.writeFloatLE(floatOf(value), at)
  else if (vr === 'FD') bytes.writeDoubleLE(floatOf(value), at)
  else if (!Number.isInteger(number)) throw new RangeError('No integer')
  else if (vr === 'US') bytes.writeUInt16LE(number, at)
  else if (vr === 'SS') bytes.writeInt16LE(number, at)
  else if (vr === 'UL') bytes.writeUInt32LE(number, at)
  else bytes.writeInt32LE(number, at)
}
