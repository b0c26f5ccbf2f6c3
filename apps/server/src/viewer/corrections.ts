/** A place of the build that fails on an answer the standard asks for, and what it is to say instead. */
export interface Correction {
  readonly place: string
  readonly instead: string
}

/** Each is tested to be needed still: an OHIF without the fault makes the test fail, and the correction can go. */
export const corrections: readonly Correction[] = [
  // The study list fails as a whole on a study without a modality: Modalities in Study is in every result (PS3.18 Table
  // 10.6.3-3, type R), and has no "Value" where it is empty (§F.2.5).
  { place: 'ModalitiesInStudy.Value.length', instead: '(ModalitiesInStudy.Value ?? []).length' },
]

/** Makes a script of the build right. */
export function correctScript(text: string): string {
  return corrections.reduce((corrected, { place, instead }) => corrected.replaceAll(place, () => instead), text)
}
