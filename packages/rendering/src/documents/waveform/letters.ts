import { glyphsOf, textWidth as outlinedWidth, unitsPerEm } from '../../text/font.ts'
import { escapeMarkup, fitText } from '../escape.ts'

/** How a text is set. Lengths are millimetres. */
export interface TextStyle {
  readonly size: number
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly bold?: true
  readonly colour?: string
}

/** Sets a text with its baseline at a point, as SVG. */
export type SetText = (x: number, y: number, text: string, style: TextStyle) => string

export const ink = '#101418'

/** As text, which can be read, searched and copied; the reader's fonts draw it. */
export const liveText: SetText = (x, y, text, { size, anchor = 'start', bold, colour = ink }) => {
  const attributes = [
    `x="${round(x)}" y="${round(y)}" font-size="${size}" fill="${colour}"`,
    anchor === 'start' ? '' : ` text-anchor="${anchor}"`,
    bold === true ? ' font-weight="700"' : '',
  ]
  return `<text ${attributes.join('')}>${escapeMarkup(text)}</text>`
}

/**
 * As outlines, for pictures: the machine that draws them may have no fonts at all. What the font of the package lacks is
 * a box.
 */
export const outlinedText: SetText = (x, y, text, { size, anchor = 'start', bold, colour = ink }) => {
  const scale = size / unitsPerEm(bold)
  const share = { start: 0, middle: 0.5, end: 1 }[anchor]
  let at = x - share * textWidth(text, size, bold === true)
  let path = ''
  for (const { outline, advance } of glyphsOf(fitText(text), bold)) {
    if (outline !== '')
      path += `<path d="${outline}" transform="translate(${round(at)} ${round(y)}) scale(${scale} -${scale})"/>`
    at += advance * scale
  }
  return path === '' ? '' : `<g fill="${colour}">${path}</g>`
}

/** The width of a text in millimetres; that of live text may differ a little. */
export function textWidth(text: string, size: number, bold = false): number {
  return outlinedWidth(fitText(text), size, bold)
}

/** The text, or as much of its start as has room, with an ellipsis. */
export function fitWidth(text: string, size: number, width: number, bold = false): string {
  const characters = [...fitText(text).replace(/\s+/g, ' ').trim().slice(0, 400)]
  if (textWidth(characters.join(''), size, bold) <= width) return characters.join('')
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, size, bold) > width) characters.pop()
  return `${characters.join('').trimEnd()}…`
}

function round(number: number): number {
  return Math.round(number * 100) / 100
}
