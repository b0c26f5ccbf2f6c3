/** A place of the build that fails on an answer or an object as the standard has it, and what it is to say instead. */
export interface Correction {
  readonly place: string
  readonly instead: string
}

/** Each is tested to be needed still: an OHIF without the fault makes the test fail, and the correction can go. */
export const corrections: readonly Correction[] = [
  // The study list fails as a whole on a study without a modality: Modalities in Study is in every result (PS3.18 Table
  // 10.6.3-3, type R), and has no "Value" where it is empty (§F.2.5).
  { place: 'ModalitiesInStudy.Value.length', instead: '(ModalitiesInStudy.Value ?? []).length' },
  // A report empties the page where a content item has no concept name, which images, coordinates and references to other
  // items often lack (Concept Name Code Sequence is 1C, PS3.3 Table C.17-5) ...
  {
    place: 'CodeValue,\n    CodeMeaning\n  } = ConceptNameCodeSequence;',
    instead: 'CodeValue,\n    CodeMeaning\n  } = ConceptNameCodeSequence ?? { CodeMeaning: contentItem.ValueType };',
  },
  // ... and loses its measurements where such an item stands beside them.
  { place: 'item.ConceptNameCodeSequence.Cod', instead: 'item.ConceptNameCodeSequence?.Cod' },
  // A segmentation of a slide empties the page: OHIF draws none. Where its handler makes nothing of it, it is listed with a
  // warning that it is not supported. Only objects of slides have a total pixel matrix.
  {
    place: "if (!referencedSeriesSequence) {\n    console.error('ReferencedSeriesSequence is missing for the SEG');",
    instead:
      "if (instance.TotalPixelMatrixColumns !== undefined) return;\n  if (!referencedSeriesSequence) {\n    console.error('ReferencedSeriesSequence is missing for the SEG');",
  },
]

/** Makes a script of the build right. */
export function correctScript(text: string): string {
  return corrections.reduce((corrected, { place, instead }) => corrected.replaceAll(place, () => instead), text)
}
