import type { Annotation } from './annotation.ts'
import type { Drawing } from './drawing.ts'
import { fitWidth, ink, textWidth } from './letters.ts'
import { type Channel, type MultiplexGroup, maxChannels } from './multiplex-group.ts'
import { type Panel, sheet, soft } from './sheet.ts'
import { thin, tracePath } from './trace.ts'

const labelWidth = 35
const plotWidth = sheet.innerWidth - labelWidth
/** With room for the names of marks. */
const titleHeight = 9
/** Points of all channels of a group together: some 10 MB of SVG. */
const maxPoints = 600_000
/** Columns of a channel: eight for each millimetre. */
const maxColumns = plotWidth * 8
const maxMarks = 400
const axisColour = '#c9d1d9'
const bandColour = '#3d5a78'

/** A group as channels above each other over one time axis, each in its own unit. */
export function channelChart(group: MultiplexGroup, annotations: readonly Annotation[]): Panel {
  const { channels, samples, frequency } = group
  const duration = samples / frequency
  const lane = channels.length <= 4 ? 32 : channels.length <= 10 ? 20 : channels.length <= 32 ? 11 : 7.5
  const columns = Math.min(maxColumns, Math.floor(maxPoints / 2 / channels.length))
  const height = lane * channels.length
  return {
    height: titleHeight + height + 10,
    draw(drawing, top) {
      drawing.text(sheet.margin, top + 4, titleOf(group), { size: 3.1, bold: true })
      const plotTop = top + titleHeight
      const left = sheet.margin + labelWidth
      drawTimeAxis(drawing, duration, left, plotTop, height)
      for (const [i, channel] of channels.entries()) drawChannel(drawing, channel, plotTop + i * lane, lane, columns)
      drawMarks(drawing, annotations, group, duration, left, plotTop, height)
    },
  }
}

function drawChannel(drawing: Drawing, channel: Channel, top: number, lane: number, columns: number): void {
  const left = sheet.margin + labelWidth
  const trace = thin(channel, 0, channel.count, columns)
  const { minimum, maximum } = trace
  const room = Math.min(2, lane * 0.12)
  const scale = (lane - 2 * room) / (maximum - minimum || 1)
  const y = (value: number) => (maximum === minimum ? top + lane / 2 : top + lane - room - (value - minimum) * scale)
  drawing.path(`M${left} ${top + lane}h${plotWidth}`, axisColour, 0.12)
  if (minimum < 0 && maximum > 0) drawing.path(`M${left} ${Math.round(y(0) * 100) / 100}h${plotWidth}`, axisColour, 0.2)
  drawing.path(
    tracePath(trace, (position) => left + (position / channel.count) * plotWidth, y),
    // A line that fills its lane is a band, and reads better when it is lighter.
    channel.count > 2 * columns ? bandColour : ink,
    0.2,
  )
  const isNarrow = lane < 10
  const unit = channel.unit === '' ? '' : ` ${channel.unit}`
  const size = isNarrow ? 2.3 : 3
  const lines = isNarrow
    ? [fitWidth(channel.label, size, labelWidth - 12, true)]
    : wrap(channel.label, size, labelWidth - 12)
  const middle = top + lane / 2 + (isNarrow ? 0.8 : (1 - lines.length) * 1.8)
  for (const [i, line] of lines.entries()) drawing.text(sheet.margin, middle + i * 3.6, line, { size, bold: true })
  if (!isNarrow) {
    drawing.text(sheet.margin, middle + lines.length * 3.6, channel.unit, { size: 2.6, colour: soft })
  }
  if (trace.values.every((value) => Number.isNaN(value))) {
    drawing.text(left + 2, top + lane / 2 + 1, 'not recorded', { size: 2.6, colour: soft })
    return
  }
  const limits = { size: isNarrow ? 1.9 : 2.3, anchor: 'end', colour: soft } as const
  drawing.text(left - 1.2, top + room + limits.size * 0.8, `${short(maximum)}${isNarrow ? unit : ''}`, limits)
  drawing.text(left - 1.2, top + lane - room, short(minimum), limits)
}

/** A label in one line, or in two where it is longer. */
function wrap(label: string, size: number, width: number): readonly string[] {
  const words = label.split(/\s+/)
  let first = words.shift() ?? ''
  while (words.length > 0 && textWidth(`${first} ${words[0]}`, size, true) <= width) first += ` ${words.shift()}`
  const lines = words.length === 0 ? [first] : [first, words.join(' ')]
  return lines.map((line) => fitWidth(line, size, width, true))
}

/** Three significant digits, as far as they say something. */
function short(value: number): string {
  return String(Number(value.toPrecision(3)))
}

const steps = [
  0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200,
  14_400, 21_600, 86_400,
]

function drawTimeAxis(drawing: Drawing, duration: number, left: number, top: number, height: number): void {
  const step = steps.find((each) => duration / each <= 12) ?? Math.ceil(duration / 12 / 86_400) * 86_400
  const style = { size: 2.6, anchor: 'middle', colour: soft } as const
  let lines = ''
  for (let i = 0; i * step <= duration * 1.000001; i++) {
    const x = Math.round((left + ((i * step) / duration) * plotWidth) * 100) / 100
    lines += `M${x} ${top}v${height + 1.5}`
    drawing.text(x, top + height + 4.6, formatSeconds(i * step, step), style)
  }
  drawing.path(lines, axisColour, 0.12)
}

/** `2.5 s`, `1:30` or `13:00:00`. */
function formatSeconds(seconds: number, step: number): string {
  if (step < 10) return `${Number(seconds.toFixed(3))} s`
  const whole = Math.round(seconds)
  const two = (number: number) => String(number).padStart(2, '0')
  const minutes = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`
  return step < 600 && whole < 3600 ? minutes : `${Math.floor(whole / 3600)}:${minutes}`
}

/** Annotations of places: lines across the channels, named while there are few. */
function drawMarks(
  drawing: Drawing,
  annotations: readonly Annotation[],
  group: MultiplexGroup,
  duration: number,
  left: number,
  top: number,
  height: number,
): void {
  const marks = annotations
    .filter(({ channels }) => channels.length === 0 || channels.some((each) => each.group === group.number))
    .flatMap(({ at, name, value }) =>
      (at?.(group.frequency) ?? []).map((seconds) => ({ seconds, text: name ?? value ?? '' })),
    )
    .filter(({ seconds }) => seconds >= 0 && seconds <= duration)
    .slice(0, maxMarks)
  let path = ''
  for (const { seconds, text } of marks) {
    const x = Math.round((left + (seconds / duration) * plotWidth) * 100) / 100
    path += `M${x} ${top - 0.3}v${height + 0.3}`
    if (marks.length <= 12) drawing.text(x, top - 0.7, fitWidth(text, 2.3, 40), { size: 2.3, colour: '#1d5fa8' })
  }
  drawing.path(path, '#1d5fa8', 0.12)
}

function titleOf(group: MultiplexGroup): string {
  const { label, number, frequency, samples, declaredSamples, startsAt, channels } = group
  return [
    label === '' ? `Group ${number}` : label,
    `${frequency} Hz`,
    startsAt === 0 ? '' : `from ${Math.round(startsAt * 1000) / 1000} s`,
    samples < declaredSamples ? `recording incomplete: ${samples} of ${declaredSamples} samples` : '',
    channels.length === maxChannels ? `the first ${maxChannels} channels` : '',
  ]
    .filter((text) => text !== '')
    .join(' · ')
}
