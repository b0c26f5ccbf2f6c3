import { glyphsOf, unitsPerEm } from './font.ts'

/**
 * A line of text as the outlines of its letters, so that nobody who draws it needs a font.
 * @param x where the first letter begins, and `baseline` what it stands on, in pixels
 * @param paint SVG attributes, where lengths are in units of the font
 * @returns an SVG `g`
 */
export function textOutline(text: string, x: number, baseline: number, size: number, paint: string): string {
  const scale = size / unitsPerEm()
  let pen = 0
  const outlines = glyphsOf(text).map(({ outline, advance }) => {
    const at = pen
    pen += advance
    return outline === '' ? '' : `<path transform="translate(${at} 0)" d="${outline}"/>`
  })
  return `<g transform="translate(${x} ${baseline}) scale(${scale} ${-scale})" ${paint}>${outlines.join('')}</g>`
}
