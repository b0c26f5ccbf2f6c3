import { sopClasses, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { datasetOf } from '../dataset-of.ts'
import { commonAttributes, headStudy } from '../patient.ts'
import { sampleUid } from '../sample-uid.ts'
import { type PdfLine, wrapText, writePdf } from './pdf.ts'
import { reportText } from './report-text.ts'

const lineWidth = 84

/** The file of the letter: a PDF in a DICOM instance. @see PS3.3 §A.45.1 */
export function writeLetter(): Buffer {
  const pdf = writePdf(letterLines())
  return writePart10Buffer({
    dataset: {
      ...commonAttributes(headStudy, { name: 'letter', number: 4, modality: 'DOC' }),
      ...datasetOf({
        SOPClassUID: sopClasses.EncapsulatedPDFStorage.uid,
        SOPInstanceUID: sampleUid('head letter'),
        AcquisitionDateTime: `${headStudy.date}${headStudy.time}`,
        ConversionType: 'WSD',
        SeriesDescription: 'Letter',
        InstanceNumber: 1,
        BurnedInAnnotation: 'YES',
        DocumentTitle: 'Letter to the referring physician',
        ConceptNameCodeSequence: [],
        MIMETypeOfEncapsulatedDocument: 'application/pdf',
        EncapsulatedDocumentLength: pdf.length,
      }),
      [tags.EncapsulatedDocument]: { vr: 'OB', BulkDataURI: 'pdf' },
    },
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
    bulkData: () => ({ length: pdf.length, bytes: [pdf] }),
  })
}

function letterLines(): readonly PdfLine[] {
  const paragraph = (text: string, first: Partial<PdfLine> = {}): PdfLine[] => {
    return wrapText(text, lineWidth).map((line, i) => ({
      text: line,
      size: 11,
      ...(i === 0 ? { gap: 8, ...first } : {}),
    }))
  }
  return [
    { text: reportText.title, size: 22, bold: true },
    { text: 'Patient: PHANTOM SAMPLE    ID: SAMPLE    Study of 12 January 2026', size: 11, gap: 10 },
    { text: 'Findings', size: 14, bold: true, gap: 18 },
    ...reportText.findings.flatMap((finding) => paragraph(finding)),
    { text: 'Impression', size: 14, bold: true, gap: 18 },
    ...paragraph(reportText.impression),
    ...paragraph(reportText.notice, { gap: 40 }),
  ]
}
