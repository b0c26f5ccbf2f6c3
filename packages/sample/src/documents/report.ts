import { type Dataset, sopClasses, transferSyntaxes, type Uid, writePart10Buffer } from '@sansfilm/dicom'
import { code, datasetOf } from '../dataset-of.ts'
import { lesions } from '../head-ct/anatomy.ts'
import { pixelAt, sliceAt, sliceUid } from '../head-ct/head-ct.ts'
import { commonAttributes, headStudy, studyUid } from '../patient.ts'
import { sampleUid } from '../sample-uid.ts'
import { reportText } from './report-text.ts'

/** Concepts of PS3.16 that the report uses. */
const concepts = {
  imagingMeasurementReport: code('126000', 'DCM', 'Imaging Measurement Report'),
  imagingMeasurements: code('126010', 'DCM', 'Imaging Measurements'),
  measurementGroup: code('125007', 'DCM', 'Measurement Group'),
  trackingIdentifier: code('112039', 'DCM', 'Tracking Identifier'),
  trackingUid: code('112040', 'DCM', 'Tracking Unique Identifier'),
  language: code('121049', 'DCM', 'Language of Content Item and Descendants'),
  english: code('en-US', 'RFC5646', 'English (United States)'),
  procedureReported: code('121058', 'DCM', 'Procedure reported'),
  ctOfHead: code('25045-6', 'LN', 'CT unspecified body region'),
  finding: code('121071', 'DCM', 'Finding'),
  findings: code('121070', 'DCM', 'Findings'),
  impressions: code('121072', 'DCM', 'Impressions'),
  impression: code('121073', 'DCM', 'Impression'),
  lesion: code('52988006', 'SCT', 'Lesion'),
  length: code('410668003', 'SCT', 'Length'),
  observerType: code('121005', 'DCM', 'Observer Type'),
  device: code('121007', 'DCM', 'Device'),
  deviceUid: code('121012', 'DCM', 'Device Observer UID'),
  millimetre: code('mm', 'UCUM', 'millimeter'),
} as const

/** A lesion measured along its longest axis, in the slice through its middle. */
interface Measurement {
  readonly name: string
  readonly lesion: (typeof lesions)[keyof typeof lesions]
}

const measurements: readonly Measurement[] = [
  { name: 'Haemorrhage', lesion: lesions.haemorrhage },
  { name: 'Nodule', lesion: lesions.nodule },
]

/** The file of the report: a content tree by TID 1500 (PS3.16). @see PS3.3 §A.35.3 */
export function writeReport(): Buffer {
  return writePart10Buffer({
    dataset: {
      ...commonAttributes(headStudy, { name: 'report', number: 3, modality: 'SR' }),
      ...datasetOf({
        SOPClassUID: sopClasses.ComprehensiveSRStorage.uid,
        SOPInstanceUID: sampleUid('head report'),
        SeriesDescription: 'Report',
        ReferencedPerformedProcedureStepSequence: [],
        InstanceNumber: 1,
        ValueType: 'CONTAINER',
        ConceptNameCodeSequence: [concepts.imagingMeasurementReport],
        ContinuityOfContent: 'SEPARATE',
        PerformedProcedureCodeSequence: [],
        CurrentRequestedProcedureEvidenceSequence: [evidence()],
        CompletionFlag: 'COMPLETE',
        VerificationFlag: 'UNVERIFIED',
        ContentTemplateSequence: [datasetOf({ MappingResource: 'DCMR', TemplateIdentifier: '1500' })],
        ContentSequence: contentTree(),
      }),
    },
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
  })
}

/** The images that the report refers to (PS3.3 §C.17.2). */
function evidence(): Dataset {
  const instances = measurements.map(({ lesion }) => imageReference(sliceUid(sliceAt(lesion.centre[2]))))
  return datasetOf({
    StudyInstanceUID: studyUid(headStudy),
    ReferencedSeriesSequence: [
      datasetOf({ SeriesInstanceUID: sampleUid('series head ct'), ReferencedSOPSequence: instances }),
    ],
  })
}

function contentTree(): readonly Dataset[] {
  return [
    codeItem('HAS CONCEPT MOD', concepts.language, concepts.english),
    codeItem('HAS OBS CONTEXT', concepts.observerType, concepts.device),
    item('HAS OBS CONTEXT', 'UIDREF', concepts.deviceUid, datasetOf({ UID: sampleUid('observer') })),
    codeItem('HAS CONCEPT MOD', concepts.procedureReported, concepts.ctOfHead),
    container(concepts.imagingMeasurements, measurements.map(measurementGroup)),
    container(
      concepts.findings,
      reportText.findings.map((text) => textItem(concepts.finding, text)),
    ),
    container(concepts.impressions, [textItem(concepts.impression, reportText.impression)]),
  ]
}

/** TID 1501, with a length by TID 300. */
function measurementGroup({ name, lesion }: Measurement): Dataset {
  const [x, y, z] = lesion.centre
  const radius = Math.max(...lesion.radii)
  const turn = 'turn' in lesion ? lesion.turn : 0
  // The longest axis lies along y, turned as the body is.
  const end = (sign: number) => pixelAt(x - sign * radius * Math.sin(turn), y + sign * radius * Math.cos(turn))
  const image = imageReference(sliceUid(sliceAt(z)))
  const line = datasetOf({
    GraphicData: [...end(-1), ...end(1)],
    GraphicType: 'POLYLINE',
    ContentSequence: [
      { ...datasetOf({ RelationshipType: 'SELECTED FROM', ValueType: 'IMAGE', ReferencedSOPSequence: [image] }) },
    ],
  })
  return container(concepts.measurementGroup, [
    item('HAS OBS CONTEXT', 'TEXT', concepts.trackingIdentifier, datasetOf({ TextValue: name })),
    item('HAS OBS CONTEXT', 'UIDREF', concepts.trackingUid, datasetOf({ UID: sampleUid(`lesion ${name}`) })),
    codeItem('CONTAINS', concepts.finding, concepts.lesion),
    item(
      'CONTAINS',
      'NUM',
      concepts.length,
      datasetOf({
        MeasuredValueSequence: [
          datasetOf({ MeasurementUnitsCodeSequence: [concepts.millimetre], NumericValue: 2 * radius }),
        ],
        ContentSequence: [{ ...datasetOf({ RelationshipType: 'INFERRED FROM', ValueType: 'SCOORD' }), ...line }],
      }),
    ),
  ])
}

function imageReference(uid: Uid): Dataset {
  return datasetOf({ ReferencedSOPClassUID: sopClasses.CTImageStorage.uid, ReferencedSOPInstanceUID: uid })
}

function item(relationship: string, type: string, concept: Dataset, content: Dataset): Dataset {
  const head = datasetOf({ RelationshipType: relationship, ValueType: type, ConceptNameCodeSequence: [concept] })
  return { ...head, ...content }
}

function container(concept: Dataset, content: readonly Dataset[]): Dataset {
  return item(
    'CONTAINS',
    'CONTAINER',
    concept,
    datasetOf({ ContinuityOfContent: 'SEPARATE', ContentSequence: content }),
  )
}

function codeItem(relationship: string, concept: Dataset, value: Dataset): Dataset {
  return item(relationship, 'CODE', concept, datasetOf({ ConceptCodeSequence: [value] }))
}

function textItem(concept: Dataset, text: string): Dataset {
  return item('CONTAINS', 'TEXT', concept, datasetOf({ TextValue: text }))
}
