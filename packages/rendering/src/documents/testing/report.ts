import { type Dataset, sopClasses } from '@sansfilm/dicom'
import { code, datasetOf } from './dataset-of.ts'

type Content = Parameters<typeof datasetOf>[0]

/** A content item of a test report; its concept is called `name`, or is missing. */
export function item(
  relationship: string,
  valueType: string,
  name: string | undefined,
  content: Content = {},
  children: readonly Dataset[] = [],
): Dataset {
  return datasetOf({
    RelationshipType: relationship,
    ValueType: valueType,
    ...(name === undefined ? {} : { ConceptNameCodeSequence: [code(name, '99TEST', name)] }),
    ...content,
    ...(children.length === 0 ? {} : { ContentSequence: children }),
  })
}

export function text(name: string | undefined, value: string, children: readonly Dataset[] = []): Dataset {
  return item('CONTAINS', 'TEXT', name, { TextValue: value }, children)
}

export function number(name: string, value: number, unit: Dataset, children: readonly Dataset[] = []): Dataset {
  const measured = datasetOf({ NumericValue: value, MeasurementUnitsCodeSequence: [unit] })
  return item('CONTAINS', 'NUM', name, { MeasuredValueSequence: [measured] }, children)
}

export function container(
  name: string | undefined,
  children: readonly Dataset[],
  continuity: 'SEPARATE' | 'CONTINUOUS' = 'SEPARATE',
): Dataset {
  return item('CONTAINS', 'CONTAINER', name, { ContinuityOfContent: continuity }, children)
}

/** A report with this content tree. */
export function report(children: readonly Dataset[], content: Content = {}): Dataset {
  return datasetOf({
    SOPClassUID: sopClasses.ComprehensiveSRStorage.uid,
    SOPInstanceUID: '2.25.1',
    StudyInstanceUID: '2.25.2',
    PatientName: 'Doe^Jane^^Dr',
    PatientID: 'P1',
    CompletionFlag: 'COMPLETE',
    VerificationFlag: 'UNVERIFIED',
    ValueType: 'CONTAINER',
    ContinuityOfContent: 'SEPARATE',
    ConceptNameCodeSequence: [code('126000', 'DCM', 'Imaging Measurement Report')],
    ...(children.length === 0 ? {} : { ContentSequence: children }),
    ...content,
  })
}

export const millimetre = code('mm', 'UCUM', 'millimeter')
