import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { create, type Font } from 'fontkitten'

/**
 * The one font that text is drawn in, from its own package: servers have none installed. It has Latin, Greek, Cyrillic,
 * Hebrew and Arabic letters; others are drawn as boxes.
 */
let loaded: Font | undefined

function font(): Font {
  if (loaded !== undefined) return loaded
  const path = createRequire(import.meta.url).resolve('@fontsource/dejavu-sans/files/dejavu-sans-latin-400-normal.woff')
  const found = create(readFileSync(path))
  if (found.isCollection) throw new Error('the font is a collection of fonts')
  loaded = found
  return found
}

/** Width of a line of text in pixels. */
export function textWidth(text: string, size: number): number {
  return advances(text).reduce((sum, { advance }) => sum + advance, 0) * (size / font().unitsPerEm)
}

/**
 * A line of text as the outlines of its letters, so that nobody who draws it needs a font.
 * @param x where the first letter begins, and `baseline` what it stands on, in pixels
 * @returns an SVG `path` without paint
 */
export function textOutline(text: string, x: number, baseline: number, size: number, paint: string): string {
  const scale = size / font().unitsPerEm
  let pen = 0
  const outlines = advances(text).map(({ outline, advance }) => {
    const at = pen
    pen += advance
    return outline === '' ? '' : `<path transform="translate(${at} 0)" d="${outline}"/>`
  })
  return `<g transform="translate(${x} ${baseline}) scale(${scale} ${-scale})" ${paint}>${outlines.join('')}</g>`
}

/** Outlines by character: the same few letters are drawn again and again. */
const glyphs = new Map<string, { readonly outline: string; readonly advance: number }>()

function advances(text: string): readonly { readonly outline: string; readonly advance: number }[] {
  return [...text].map((character) => {
    const known = glyphs.get(character)
    if (known !== undefined) return known
    const { path, advanceWidth } = font().glyphForCodePoint(character.codePointAt(0) ?? 0)
    const glyph = { outline: path.toSVG(), advance: advanceWidth }
    glyphs.set(character, glyph)
    return glyph
  })
}
