import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { create, type Font } from 'fontkitten'
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
  const font = loadFont(bold === true)
  const scale = size / font.unitsPerEm
  const share = { start: 0, middle: 0.5, end: 1 }[anchor]
  let at = x - share * textWidth(text, size, bold === true)
  let path = ''
  for (const glyph of glyphsOf(font, text)) {
    const outline = glyph.path.toSVG()
    if (outline !== '')
      path += `<path d="${outline}" transform="translate(${round(at)} ${round(y)}) scale(${scale} -${scale})"/>`
    at += glyph.advanceWidth * scale
  }
  return path === '' ? '' : `<g fill="${colour}">${path}</g>`
}

/** The width of a text in millimetres; that of live text may differ a little. */
export function textWidth(text: string, size: number, bold = false): number {
  const font = loadFont(bold)
  return glyphsOf(font, text).reduce((sum, { advanceWidth }) => sum + advanceWidth, 0) * (size / font.unitsPerEm)
}

/** The text, or as much of its start as has room, with an ellipsis. */
export function fitWidth(text: string, size: number, width: number, bold = false): string {
  const characters = [...fitText(text).replace(/\s+/g, ' ').trim().slice(0, 400)]
  if (textWidth(characters.join(''), size, bold) <= width) return characters.join('')
  while (characters.length > 0 && textWidth(`${characters.join('')}…`, size, bold) > width) characters.pop()
  return `${characters.join('').trimEnd()}…`
}

const fonts = new Map<boolean, Font>()

/** Read when the first text is set, and kept: 0.4 MB each. */
function loadFont(bold: boolean): Font {
  const known = fonts.get(bold)
  if (known !== undefined) return known
  const weight = bold ? 700 : 400
  const file = createRequire(import.meta.url).resolve(
    `@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight}-normal.woff`,
  )
  const font = create(readFileSync(file))
  if (font.isCollection) throw new Error('The font of the package is a collection')
  fonts.set(bold, font)
  return font
}

function glyphsOf(font: Font, text: string) {
  return [...fitText(text)].map((character) => font.glyphForCodePoint(character.codePointAt(0) ?? 0))
}

function round(number: number): number {
  return Math.round(number * 100) / 100
}
