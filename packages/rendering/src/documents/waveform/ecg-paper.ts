import { sopClasses } from '@sansfilm/dicom'
import type { Annotation } from './annotation.ts'
import type { Drawing } from './drawing.ts'
import { standardLeads } from './lead.ts'
import { ink } from './letters.ts'
import type { Channel, MultiplexGroup } from './multiplex-group.ts'
import { type Panel, sheet, soft } from './sheet.ts'
import { type Trace, thin, tracePath } from './trace.ts'

/** Paper speed, mm/s. */
const speed = 25
/** Seconds in a row of paper. */
const rowSeconds = 10
const columnSeconds = 2.5
/** Where the first second starts, behind the calibration pulse. */
const firstX = 15
/** Rows of one panel, at most: a recording that needs more is shown as an overview. */
const maxRows = 48
/** Rows of a rhythm strip: one minute. */
const maxRhythmRows = 6
/** Points for each millimetre: finer than a printer. */
const pointsPerMillimetre = 10

/** A part of a channel in a row: `from` in seconds, drawn from `at` seconds of the row on. */
interface Segment {
  readonly channel: Channel
  readonly from: number
  readonly seconds: number
  readonly at: number
  readonly caption: string
}

interface Row {
  readonly height: number
  readonly segments: readonly Segment[]
  /** Shows the annotations of places, which would hide the shorter parts. */
  readonly isRhythm: boolean
}

/** Classes whose channels are leads, whatever they are called. */
const ecgClasses: readonly string[] = [
  sopClasses.TwelveLeadECGWaveformStorage.uid,
  sopClasses.GeneralECGWaveformStorage.uid,
  sopClasses.AmbulatoryECGWaveformStorage.uid,
  sopClasses.General32bitECGWaveformStorage.uid,
]

/** Whether a group is an ECG, of voltages that can be drawn to scale. */
export function isEcg({ channels }: MultiplexGroup, sopClass: string): boolean {
  const isVoltage = channels.every(({ millivolts }) => millivolts !== undefined)
  return isVoltage && (ecgClasses.includes(sopClass) || channels.every(({ lead }) => lead !== undefined))
}

/** Whether all of a group has room on paper, as a minute of twelve leads has. */
export function fitsEcgPaper(group: MultiplexGroup): boolean {
  return rowsOf(group) !== undefined
}

/** The start of a group that is too long for paper, as a row shows it. */
export function firstRow(group: MultiplexGroup): MultiplexGroup {
  const samples = Math.min(group.samples, Math.round(rowSeconds * group.frequency))
  const label = [group.label, `the first ${rowSeconds} s`].filter((text) => text !== '').join(' · ')
  return { ...group, label, samples, declaredSamples: samples }
}

/** A group on ECG paper: 25 mm/s, 10 mm/mV, or 5 where that would not fit. */
export function ecgPaper(group: MultiplexGroup, annotations: readonly Annotation[]): Panel {
  const rows = rowsOf(group) ?? []
  const traces = rows.map(({ segments }) => segments.map((segment) => traceOf(segment, group)))
  const gain = rows.every(({ height }, i) => (traces[i] ?? []).every((trace) => spanOf(trace) * 10 < height * 1.5))
    ? 10
    : 5
  const paperHeight = rows.reduce((sum, { height }) => sum + height, 0)
  const titleHeight = 6
  return {
    height: titleHeight + paperHeight + 7,
    draw(drawing, top) {
      drawing.text(sheet.margin, top + 3.6, titleOf(group, rows), { size: 2.9, colour: soft })
      const paperTop = top + titleHeight
      drawGrid(drawing, paperTop, paperHeight)
      drawing.clipped(sheet.margin, paperTop, sheet.innerWidth, paperHeight, () => {
        let rowTop = paperTop
        rows.forEach((row, i) => {
          drawRow(drawing, row, traces[i] ?? [], rowTop, gain, group)
          if (row.isRhythm) drawMarks(drawing, row, rowTop, annotations, group)
          rowTop += row.height
        })
      })
      const marks = rows.some(({ isRhythm }) => isRhythm) ? markNames(annotations, group) : ''
      const captions = [`${speed} mm/s`, `${gain} mm/mV`, filtersOf(group.channels), marks]
      drawing.text(sheet.margin, paperTop + paperHeight + 4.2, captions.filter((text) => text !== '').join(' · '), {
        size: 3,
      })
    },
  }
}

/** The rows of a group: 3 by 4 and a rhythm strip for the twelve leads, else a row for each lead. */
function rowsOf({ channels, samples, frequency }: MultiplexGroup): readonly Row[] | undefined {
  const duration = samples / frequency
  const leads = standardLeads.map((lead) => channels.find((channel) => channel.lead === lead))
  if (channels.length === 12 && leads.every((channel) => channel !== undefined)) {
    if (duration > maxRhythmRows * rowSeconds) return undefined
    const oneAfterAnother = duration >= rowSeconds
    const block = [0, 1, 2].map((line): Row => {
      const segments = [0, 1, 2, 3].map((column): Segment => {
        const channel = leads[column * 3 + line] as Channel // twelve, all found
        const at = column * columnSeconds
        const seconds = Math.min(columnSeconds, duration)
        return { channel, from: oneAfterAnother ? at : 0, seconds, at, caption: channel.label }
      })
      return { height: 35, segments, isRhythm: false }
    })
    const rhythm = leads[1] as Channel // lead II
    return duration <= columnSeconds ? block : [...block, ...strips(rhythm, duration, 30, true)]
  }
  const rows = Math.ceil(duration / rowSeconds) * channels.length
  if (rows > maxRows) return undefined
  const height = channels.length > 6 ? 20 : 30
  const perChannel = channels.map((channel, i) => strips(channel, duration, height, i === 0))
  // All leads of the first ten seconds, then all of the next.
  return (perChannel[0] ?? []).flatMap((_, strip) => perChannel.map((lead) => lead[strip] as Row))
}

function strips(channel: Channel, duration: number, height: number, isRhythm: boolean): readonly Row[] {
  const count = Math.max(1, Math.ceil(duration / rowSeconds))
  return Array.from({ length: count }, (_, i): Row => {
    const from = i * rowSeconds
    const caption = count === 1 ? channel.label : `${channel.label}  ${from} s`
    return {
      height,
      segments: [{ channel, from, seconds: Math.min(rowSeconds, duration - from), at: 0, caption }],
      isRhythm,
    }
  })
}

function traceOf({ channel, from, seconds }: Segment, { frequency }: MultiplexGroup): Trace {
  const first = Math.round(from * frequency)
  const last = Math.round((from + seconds) * frequency)
  const trace = thin(channel, first, last, seconds * speed * pointsPerMillimetre)
  const factor = channel.millivolts ?? 1
  return {
    positions: trace.positions.map((position) => (position - first) / frequency),
    values: trace.values.map((value) => value * factor),
    minimum: trace.minimum * factor,
    maximum: trace.maximum * factor,
  }
}

function spanOf({ minimum, maximum }: Trace): number {
  return maximum - minimum
}

function drawRow(
  drawing: Drawing,
  { segments, height }: Row,
  traces: readonly Trace[],
  top: number,
  gain: number,
  { frequency }: MultiplexGroup,
): void {
  const left = sheet.margin
  const baseline = top + Math.round(height * 0.6)
  drawing.path(`M${left + 3} ${baseline}h2v${-gain}h5v${gain}h2`, ink, 0.3)
  segments.forEach(({ at, caption }, i) => {
    const trace = traces[i]
    if (trace === undefined) return
    const start = left + firstX + at * speed
    // A lead that is far from zero everywhere is shown around its middle: drift says nothing in an ECG.
    const shift =
      Math.min(Math.abs(trace.minimum), Math.abs(trace.maximum)) * gain > height && trace.minimum * trace.maximum > 0
    const zero = shift ? (trace.minimum + trace.maximum) / 2 : 0
    const path = tracePath(
      trace,
      (seconds) => start + seconds * speed,
      (millivolts) => baseline - (millivolts - zero) * gain,
    )
    drawing.path(path, ink, 0.28)
    if (i > 0) drawing.path(`M${start} ${baseline - 6}v2.5M${start} ${baseline + 3.5}v2.5`, ink, 0.3)
    drawing.text(start + 1, top + 5.2, caption, { size: 3.8, bold: true })
    if (trace.values.every((value) => Number.isNaN(value))) {
      drawing.text(start + 1, baseline - 1, 'not recorded', { size: 3, colour: soft })
    }
  })
  // The end of what was recorded, where the row goes on.
  const last = segments.at(-1)
  if (last === undefined || segments.length > 1 || last.seconds >= rowSeconds || frequency <= 0) return
  drawing.path(`M${left + firstX + (last.at + last.seconds) * speed} ${baseline - 2}v4`, soft, 0.2)
}

/** Fine lines every millimetre, strong ones every five. */
function drawGrid(drawing: Drawing, top: number, height: number): void {
  drawing.rectangle(sheet.margin, top, sheet.innerWidth, height, '#fffafa')
  const lines = (step: number, skip: number) => {
    let path = ''
    for (let x = 0; x <= sheet.innerWidth; x += step)
      if (skip === 0 || x % skip !== 0) path += `M${sheet.margin + x} ${top}v${height}`
    for (let y = 0; y <= height; y += step)
      if (skip === 0 || y % skip !== 0) path += `M${sheet.margin} ${top + y}h${sheet.innerWidth}`
    return path
  }
  drawing.path(lines(1, 5), '#f8d6d3', 0.1)
  drawing.path(lines(5, 0), '#eda8a2', 0.18)
}

/** Annotations of places, as short strokes at the foot of a rhythm strip. */
function drawMarks(
  drawing: Drawing,
  { segments, height }: Row,
  top: number,
  annotations: readonly Annotation[],
  group: MultiplexGroup,
): void {
  const [segment] = segments
  if (segment === undefined) return
  let path = ''
  for (const { at } of annotations.filter((annotation) => isOfGroup(annotation, group))) {
    for (const seconds of at?.(group.frequency) ?? []) {
      const within = seconds - segment.from
      if (within < 0 || within > segment.seconds) continue
      path += `M${Math.round((sheet.margin + firstX + within * speed) * 100) / 100} ${top + height - 3}v2.2`
    }
  }
  drawing.path(path, '#1d5fa8', 0.22)
}

function isOfGroup({ channels }: Annotation, { number }: MultiplexGroup): boolean {
  return channels.length === 0 || channels.some(({ group }) => group === number)
}

function markNames(annotations: readonly Annotation[], group: MultiplexGroup): string {
  const marked = annotations.filter((annotation) => annotation.at !== undefined && isOfGroup(annotation, group))
  const names = [...new Set(marked.map(({ name, value }) => name ?? value ?? 'mark'))]
  if (names.length === 0) return ''
  return `Strokes below the strip: ${names.slice(0, 6).join(', ')}${names.length > 6 ? ' …' : ''}`
}

/** `0.05–150 Hz, notch 50 Hz`, of the first channel that says so. */
function filtersOf(channels: readonly Channel[]): string {
  const { lowFrequency, highFrequency, notchFrequency } =
    channels.find((channel) => (channel.lowFrequency ?? channel.highFrequency) !== undefined) ?? {}
  const band =
    lowFrequency !== undefined && highFrequency !== undefined
      ? `${lowFrequency}–${highFrequency} Hz`
      : lowFrequency !== undefined
        ? `from ${lowFrequency} Hz`
        : highFrequency !== undefined
          ? `to ${highFrequency} Hz`
          : ''
  return [band, notchFrequency === undefined ? '' : `notch ${notchFrequency} Hz`]
    .filter((text) => text !== '')
    .join(', ')
}

function titleOf({ label, frequency, samples, declaredSamples }: MultiplexGroup, rows: readonly Row[]): string {
  const duration = samples / frequency
  const isBlock = (rows[0]?.segments.length ?? 0) > 1
  return [
    label,
    `${Math.round(duration * 10) / 10} s at ${frequency} Hz`,
    isBlock && duration > rowSeconds ? `leads: the first ${rowSeconds} s` : '',
    isBlock && duration < rowSeconds && duration > columnSeconds ? `leads: the first ${columnSeconds} s` : '',
    samples < declaredSamples ? `recording incomplete: ${samples} of ${declaredSamples} samples` : '',
  ]
    .filter((text) => text !== '')
    .join(' · ')
}
