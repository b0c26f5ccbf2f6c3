import { type Dataset, numberOf, type PersonName, stringOf, type Tag, tags, valuesOf } from '@sansfilm/dicom'
import { macroOf } from '../frame-attributes.ts'
import { numbersOf, type Scope } from '../loaded-values.ts'

/** Who is seen: name, ID, birth date and sex. */
export function patientLines({ dataset }: Scope): readonly string[] {
  const born = dateOf(dataset, tags.PatientBirthDate)
  const sex = stringOf(dataset, tags.PatientSex)
  return present(
    nameOf(dataset),
    stringOf(dataset, tags.PatientID),
    [born && `* ${born}`, sex].filter(Boolean).join('  '),
  )
}

/** What was done: study, series and image, and where and how the image was made. */
export function techniqueLines(instance: Scope, frame: number, frames: number): readonly string[] {
  const { dataset } = instance
  const text = (tag: Tag): string | undefined => stringOf(dataset, tag)?.trim()
  const labelled = (label: string, tag: Tag, unit = ''): string | undefined => {
    const value = numberOf(dataset, tag)
    return value === undefined ? undefined : `${label} ${Number(value.toPrecision(5))}${unit}`
  }
  const position = numbersOf(macroOf(instance, frame, tags.PlanePositionSequence).dataset, tags.ImagePositionPatient)
  const number = text(tags.InstanceNumber)
  return present(
    [dateOf(dataset, tags.StudyDate), timeOf(dataset, tags.StudyTime)].filter(Boolean).join(' '),
    [text(tags.Modality), text(tags.StudyDescription)].filter(Boolean).join('  '),
    text(tags.SeriesDescription),
    [
      text(tags.SeriesNumber) && `Se ${text(tags.SeriesNumber)}`,
      number && `Im ${number}`,
      frames > 1 ? `Fr ${frame}/${frames}` : undefined,
    ]
      .filter(Boolean)
      .join('  '),
    position.length === 3 ? `Pos ${position.map((value) => value.toFixed(1)).join(' ')}` : undefined,
    [
      labelled('Thk', tags.SliceThickness, ' mm'),
      labelled('', tags.KVP, ' kV'),
      labelled('', tags.XRayTubeCurrent, ' mA'),
    ]
      .filter(Boolean)
      .join('  ')
      .trim(),
    [labelled('TR', tags.RepetitionTime), labelled('TE', tags.EchoTime)].filter(Boolean).join('  '),
  )
}

function present(...lines: readonly (string | undefined)[]): readonly string[] {
  return lines.flatMap((line) => (line === undefined || line === '' ? [] : [line]))
}

/** The alphabetic name, or the first there is. */
function nameOf(dataset: Dataset): string | undefined {
  const name = valuesOf(dataset, tags.PatientName)[0] as PersonName | null | undefined // PN, by its VR
  const group = name?.Alphabetic ?? name?.Ideographic ?? name?.Phonetic
  return group?.split('^').filter(Boolean).join(' ')
}

function dateOf(dataset: Dataset, tag: Tag): string | undefined {
  return stringOf(dataset, tag)?.replace(/^(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3')
}

function timeOf(dataset: Dataset, tag: Tag): string | undefined {
  return stringOf(dataset, tag)?.replace(/^(\d\d)(\d\d)(\d\d)?.*$/, (_, h, m, s) => [h, m, s].filter(Boolean).join(':'))
}
