import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { create, type Font } from 'fontkitten'

/** A letter as it is drawn, in units of the font, upwards from its baseline. */
export interface Glyph {
  /** SVG path data; empty for a space. */
  readonly outline: string
  /** To where the next letter begins. */
  readonly advance: number
}

/**
 * The font that text in pictures is drawn in, from its own package: the machine that draws may have none installed. It has
 * Latin, Greek, Cyrillic, Hebrew and Arabic letters; what it lacks is a box.
 */
interface LoadedFont {
  readonly font: Font
  /** By code point: the same few letters are drawn again and again. */
  readonly glyphs: Map<number, Glyph>
}

const fonts = new Map<boolean, LoadedFont>()

/** Read when the first text is set, and kept: 0.4 MB each. */
function loadFont(bold: boolean): LoadedFont {
  const known = fonts.get(bold)
  if (known !== undefined) return known
  const weight = bold ? 700 : 400
  const file = createRequire(import.meta.url).resolve(
    `@fontsource/dejavu-sans/files/dejavu-sans-latin-${weight}-normal.woff`,
  )
  const font = create(readFileSync(file))
  if (font.isCollection) throw new Error('The font of the package is a collection')
  const loaded = { font, glyphs: new Map() }
  fonts.set(bold, loaded)
  return loaded
}

/** Units of the font in the size of its letters. */
export function unitsPerEm(bold = false): number {
  return loadFont(bold).font.unitsPerEm
}

/** The letters of a line of text, one for each character. */
export function glyphsOf(text: string, bold = false): readonly Glyph[] {
  const { font, glyphs } = loadFont(bold)
  return [...text].map((character) => {
    const code = character.codePointAt(0) ?? 0
    // All that the font lacks is the same box: what is kept ends with the letters it has.
    const letter = font.hasGlyphForCodePoint(code) ? code : 0
    const known = glyphs.get(letter)
    if (known !== undefined) return known
    const { path, advanceWidth } = font.glyphForCodePoint(letter)
    const glyph = { outline: path.toSVG(), advance: advanceWidth }
    glyphs.set(letter, glyph)
    return glyph
  })
}

/** The width of a line of text, in the unit of `size`. */
export function textWidth(text: string, size: number, bold = false): number {
  return glyphsOf(text, bold).reduce((sum, { advance }) => sum + advance, 0) * (size / unitsPerEm(bold))
}
