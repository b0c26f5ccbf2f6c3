import type { Figure } from '../run/result.ts'

/** Three digits that count; thousands with a comma. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '-'
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en')
  return Number(value.toPrecision(2 + (Math.abs(value) >= 10 ? 1 : 0))).toString()
}

/** Median, and the range where it is more than a twentieth; `~` where the machine was never calm. */
export function formatFigure(figure: Figure | undefined): string {
  if (figure === undefined) return '-'
  const { value, least, most, calm } = figure
  const range = most - least > value / 20 ? ` (${formatNumber(least)}-${formatNumber(most)})` : ''
  return `${calm ? '' : '~'}${formatNumber(value)}${range}`
}
