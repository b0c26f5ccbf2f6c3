import { type Dataset, lookupSopClass, stringOf, tags } from '@sansfilm/dicom'

/** What a symbol shows. */
export type SymbolKind = 'report' | 'document' | 'waveform' | 'plan' | 'surface' | 'presentation' | 'image' | 'other'

const byRecordType: Readonly<Record<string, SymbolKind>> = {
  'SR DOCUMENT': 'report',
  'KEY OBJECT DOC': 'report',
  'ENCAP DOC': 'document',
  WAVEFORM: 'waveform',
  'RT PLAN': 'plan',
  'RT STRUCTURE SET': 'plan',
  'RT TREAT RECORD': 'plan',
  RADIOTHERAPY: 'plan',
  PLAN: 'plan',
  SURFACE: 'surface',
  TRACT: 'surface',
  PRESENTATION: 'presentation',
  IMAGE: 'image',
  'RT DOSE': 'image',
}

/** By the SOP Class, and its record in a DICOMDIR (PS3.3 Table F.4-1). */
export function symbolKindOf(dataset: Dataset): SymbolKind {
  const sopClass = lookupSopClass(stringOf(dataset, tags.SOPClassUID) ?? '')
  return byRecordType[sopClass?.recordType ?? ''] ?? 'other'
}
