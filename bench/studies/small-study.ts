import { sopClasses, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { datasetOf } from './attributes.ts'
import { noise } from './noise.ts'

const families = [
  'Abe',
  'Berg',
  'Castro',
  'Diaz',
  'Eriksen',
  'Fofana',
  'Garcia',
  'Hansen',
  'Ito',
  'Jensen',
  'Kim',
  'Larsen',
  'Mbeki',
  'Nguyen',
  'Olsen',
  'Patel',
  'Quinn',
  'Rossi',
  'Silva',
  'Tanaka',
  'Usman',
  'Vega',
  'Weber',
  'Xu',
  'Yilmaz',
  'Zhang',
]
const modalities = ['CR', 'DX', 'CT', 'MR', 'US', 'MG']
const daysBetween = 3650

/** A name of a patient that about one study in 260,000 / 26 / 10 shares. */
export const familyOf = (n: number): string =>
  `${families[n % families.length]}${Math.floor(n / families.length) % 1000}`
export const patientIdOf = (n: number): string => `P${String(n).padStart(7, '0')}`
export const accessionOf = (n: number): string => `A${String(n * 13).padStart(9, '0')}`
export const modalityOf = (n: number): string => modalities[n % modalities.length] as string // of a remainder

/** Days are spread over ten years, so that more studies are more a day. */
export function dateOf(n: number): string {
  const day = new Date(Date.UTC(2014, 0, 1) + ((n * 997) % daysBetween) * 86_400_000)
  return day.toISOString().slice(0, 10).replaceAll('-', '')
}

/** UIDs follow from the number: what is stored in one step is known in the next. */
export const uidOf = (n: number, level: 1 | 2 | 3): string => `2.25.9${level}${String(n + 1).padStart(12, '0')}`

/** A study of one instance of 7 KB, for search. */
export function makeSmallStudy(n: number): Buffer {
  const side = 80
  const dataset = datasetOf({
    SOPClassUID: sopClasses.SecondaryCaptureImageStorage.uid,
    SOPInstanceUID: uidOf(n, 3),
    StudyInstanceUID: uidOf(n, 1),
    SeriesInstanceUID: uidOf(n, 2),
    PatientName: `${familyOf(n)}^Given${n % 97}`,
    PatientID: patientIdOf(n),
    PatientBirthDate: dateOf(n * 3),
    PatientSex: n % 2 === 0 ? 'F' : 'M',
    StudyDate: dateOf(n),
    StudyTime: String((n * 31) % 235959)
      .padStart(6, '0')
      .replace(/[6-9](?=.$|...$)/g, '5'),
    AccessionNumber: accessionOf(n),
    StudyID: String(n),
    StudyDescription: `Examination ${n % 50}`,
    ReferringPhysicianName: `Referrer${n % 200}^Doctor`,
    Modality: modalityOf(n),
    SeriesNumber: 1,
    SeriesDescription: `Series ${n % 20}`,
    InstanceNumber: 1,
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: side,
    Columns: side,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
  })
  const pixels = noise(side * side, n).toString('base64')
  return writePart10Buffer({
    dataset: { ...dataset, [tags.PixelData]: { vr: 'OB', InlineBinary: pixels } },
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
  })
}
