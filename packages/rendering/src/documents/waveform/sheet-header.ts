import { type Dataset, lookupSopClass, stringOf, type Tag, tags } from '@sansfilm/dicom'
import { formatDate, formatDateTime, formatTime } from '../format-value.ts'
import { patientFacts } from '../patient-facts.ts'
import type { Annotation } from './annotation.ts'
import { fitWidth } from './letters.ts'
import { type Panel, sheet, soft } from './sheet.ts'

const columns = 4
const columnWidth = sheet.innerWidth / columns
const lineHeight = 4.2
/** Measurements and findings of the whole recording that a header has room for. */
const maxMeasurements = 40
const maxStatements = 12

/** What is drawn, without a word of whom. */
export function waveformTitle(dataset: Dataset): string {
  const name = lookupSopClass(stringOf(dataset, tags.SOPClassUID) ?? '')?.name ?? 'Waveform Storage'
  return name.replace(/ Waveform Storage.*$| Storage.*$/, '')
}

/** Patient and study on the left, kind and place on the right, below them what was measured and found. */
export function sheetHeader(dataset: Dataset, annotations: readonly Annotation[]): Panel {
  const { name, id, birthDate, sex, age } = patientFacts(dataset)
  const patient = [id, birthDate === undefined ? '' : `born ${birthDate}`, sex, age]
  const study = [acquiredAt(dataset), text(dataset, tags.StudyDescription), text(dataset, tags.AccessionNumber)]
  const device = [text(dataset, tags.Manufacturer), text(dataset, tags.ManufacturerModelName)]
  const whole = annotations.filter(({ at, value }) => at === undefined && value !== undefined)
  const measurements = whole.filter((annotation) => annotation.name !== undefined).slice(0, maxMeasurements)
  const statements = whole.filter((annotation) => annotation.name === undefined).slice(0, maxStatements)
  const leftOut = whole.length - measurements.length - statements.length
  const rows = Math.ceil(measurements.length / columns)
  const left = sheet.margin
  const right = sheet.margin + sheet.innerWidth
  return {
    height: 22 + (statements.length + rows + (leftOut > 0 ? 1 : 0)) * lineHeight + (whole.length > 0 ? 3 : 0),
    draw(drawing, top) {
      drawing.text(left, top + 4.5, fitWidth(name ?? '', 5, 150, true), { size: 5, bold: true })
      drawing.text(left, top + 10, fitWidth(join(patient), 3.4, 150), { size: 3.4 })
      drawing.text(left, top + 15, fitWidth(join(study), 3.4, 150), { size: 3.4 })
      const end = { anchor: 'end' } as const
      drawing.text(right, top + 4.5, fitWidth(waveformTitle(dataset), 4.2, 110, true), {
        size: 4.2,
        bold: true,
        ...end,
      })
      drawing.text(right, top + 10, fitWidth(text(dataset, tags.InstitutionName), 3.4, 110), { size: 3.4, ...end })
      drawing.text(right, top + 15, fitWidth(device.join(' '), 3, 110), { size: 3, colour: soft, ...end })
      let y = top + 22
      for (const { value = '' } of statements) {
        drawing.text(left, y, fitWidth(value, 3.6, sheet.innerWidth, true), { size: 3.6, bold: true })
        y += lineHeight
      }
      if (leftOut > 0)
        drawing.text(left, y + rows * lineHeight, `and ${leftOut} more annotations`, { size: 3.1, colour: soft })
      measurements.forEach((measurement, i) => {
        // Down each column, as lists are read.
        const x = left + Math.floor(i / rows) * columnWidth
        const line = y + (i % rows) * lineHeight
        drawing.text(x, line, fitWidth(nameOf(measurement), 3.1, columnWidth - 27), { size: 3.1, colour: soft })
        drawing.text(x + columnWidth - 6, line, fitWidth(measurement.value ?? '', 3.2, 24), { size: 3.2, ...end })
      })
    },
  }
}

/** Whose measurement it is, where it is of single channels. */
function nameOf({ name = '', channels }: Annotation): string {
  const single = channels.filter(({ channel }) => channel > 0).map(({ group, channel }) => `${group}/${channel}`)
  return single.length === 0 ? name : `${name} (channel ${single.slice(0, 4).join(', ')})`
}

function acquiredAt(dataset: Dataset): string {
  const acquired = text(dataset, tags.AcquisitionDateTime)
  if (acquired !== '') return formatDateTime(acquired)
  const date = text(dataset, tags.ContentDate) || text(dataset, tags.StudyDate)
  const time = text(dataset, tags.ContentTime) || text(dataset, tags.StudyTime)
  return `${formatDate(date)} ${formatTime(time)}`.trim()
}

function join(parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(' · ')
}

function text(dataset: Dataset, tag: Tag): string {
  return stringOf(dataset, tag)?.trim() ?? ''
}
