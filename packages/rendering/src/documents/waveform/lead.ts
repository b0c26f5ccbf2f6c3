import type { Concept } from '../concept.ts'

/** The leads of the standard 12-lead ECG, column by column as they are printed. */
export const standardLeads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'] as const

/** One of the twelve. */
export type Lead = (typeof standardLeads)[number]

/** The numbers that SCP-ECG and, after `2:`, ISO/IEEE 11073 give the leads. @see PS3.16 CID 3001 */
const numbered: { readonly [number: string]: Lead } = {
  1: 'I',
  2: 'II',
  61: 'III',
  62: 'aVR',
  63: 'aVL',
  64: 'aVF',
  3: 'V1',
  4: 'V2',
  5: 'V3',
  6: 'V4',
  7: 'V5',
  8: 'V6',
}
const leadCode = /^(?:5\.6\.3-9-|2:)(\d+)$/
const spelled = /^(?:(?:ecg\s+)?lead\s+)?(I{1,3}|aV[RLF]|V[1-6])(?![\w-])/i

/** The lead that a channel records, by its code or by what it is called. */
export function leadOf(source: Concept | undefined, label: string | undefined): Lead | undefined {
  const number = leadCode.exec(source?.code ?? '')?.[1] ?? ''
  if (Object.hasOwn(numbered, number)) return numbered[number]
  for (const name of [label, source?.meaning]) {
    const found = spelled.exec(name?.trim() ?? '')?.[1]?.toUpperCase()
    const lead = standardLeads.find((each) => each.toUpperCase() === found)
    if (lead !== undefined) return lead
  }
  return undefined
}
