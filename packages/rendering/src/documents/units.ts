import type { Concept } from './concept.ts'

/** UCUM codes that are not written as they are spelled (PS3.16 CID 82, CID 3082). */
const symbols: { readonly [code: string]: string } = {
  '1': '',
  '{ratio}': '',
  Cel: '°C',
  deg: '°',
  um: 'µm',
  uV: 'µV',
  us: 'µs',
  ug: 'µg',
  Ohm: 'Ω',
  'mm[Hg]': 'mmHg',
  'cm[H2O]': 'cmH₂O',
  "[hnsf'U]": 'HU',
  "[hnsf'U]/s": 'HU/s',
  '{H.B.}/min': 'bpm',
  '{beat}/min': 'bpm',
  '{beats}/min': 'bpm',
}
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** A unit as it is written behind a number, such as `mm²`; empty for plain numbers. */
export function unitSymbol(unit: Concept | undefined): string {
  if (unit === undefined) return ''
  if (unit.scheme !== 'UCUM' || unit.code === undefined) return unit.meaning
  const symbol = Object.hasOwn(symbols, unit.code) ? symbols[unit.code] : undefined
  if (symbol !== undefined) return symbol
  // Annotations in braces and arbitrary units in brackets are for machines: the meaning says it better.
  if (/[{[]/.test(unit.code)) return unit.meaning
  return unit.code.replace(/(?<=[a-z])\d/gi, (digit) => superscripts[Number(digit)] ?? digit)
}
