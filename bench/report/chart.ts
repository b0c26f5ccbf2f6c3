import { figureOf, type KeyResult } from '../run/result.ts'
import { formatNumber } from './format.ts'
import { ratioOf } from './judge.ts'

const barHeight = 14
const rowHeight = 22
const labelWidth = 190
const plotWidth = 520
const rightWidth = 90
const top = 54

/** Colours that read on white and on black. */
const colours = { text: '#7a828e', grid: '#9aa2ad', met: '#2f9e6e', short: '#d9822b', target: '#c2417c' } as const

/**
 * A bar for each key: how many times better than Orthanc, on a scale of powers of ten; a mark where the target is.
 * SVG without a background, text in a grey that reads on light and dark.
 */
export function drawChart(results: readonly KeyResult[]): string {
  const bars = results.flatMap(barOf)
  const [low, high] = [
    -1,
    Math.max(1, Math.ceil(Math.max(...bars.map(({ ratio, target }) => Math.log10(Math.max(ratio, target ?? 1)))))),
  ]
  const x = (value: number) =>
    labelWidth + ((Math.min(high, Math.max(low, Math.log10(value))) - low) / (high - low)) * plotWidth
  const height = top + bars.length * rowHeight + 12
  const width = labelWidth + plotWidth + rightWidth
  const powers = Array.from({ length: high - low + 1 }, (_, n) => 10 ** (low + n))
  const grid = powers.map(
    (power) =>
      `<line x1="${x(power)}" x2="${x(power)}" y1="${top - 8}" y2="${height - 8}" stroke="${colours.grid}" stroke-opacity="${power === 1 ? 1 : 0.35}"/>` +
      `<text x="${x(power)}" y="${top - 14}" text-anchor="middle">${power.toLocaleString('en')}×</text>`,
  )
  const drawn = bars.map((bar, n) => drawBar(bar, top + n * rowHeight, x))
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Times better than Orthanc, by key" font-family="system-ui, sans-serif" font-size="12" fill="${colours.text}">
<text x="0" y="16" font-size="14">Times better than Orthanc in the same run; the mark is the target</text>
${[...grid, ...drawn].join('\n')}
</svg>
`
}

interface Bar {
  readonly name: string
  readonly ratio: number
  readonly target: number | undefined
}

function barOf(result: KeyResult): readonly Bar[] {
  const [ours, theirs] = [figureOf(result.servers.sansfilm), figureOf(result.servers.orthanc)]
  if (ours === undefined || theirs === undefined) return []
  const ratio = ratioOf(result, ours, theirs)
  return ratio > 0 && Number.isFinite(ratio) ? [{ name: result.name, ratio, target: result.targets.orthanc }] : []
}

function drawBar({ name, ratio, target }: Bar, y: number, x: (value: number) => number): string {
  const [from, to] = [Math.min(x(1), x(ratio)), Math.max(x(1), x(ratio))]
  const colour = ratio >= (target ?? 1) ? colours.met : colours.short
  const mark =
    target === undefined
      ? ''
      : `<line x1="${x(target)}" x2="${x(target)}" y1="${y - 2}" y2="${y + barHeight + 2}" stroke="${colours.target}" stroke-width="2.5"/>`
  return (
    `<text x="${labelWidth - 10}" y="${y + 11}" text-anchor="end">${name}</text>` +
    `<rect x="${from}" y="${y}" width="${Math.max(1, to - from)}" height="${barHeight}" fill="${colour}" rx="2"/>${mark}` +
    `<text x="${labelWidth + plotWidth + 10}" y="${y + 11}">${formatNumber(ratio)}×</text>`
  )
}
