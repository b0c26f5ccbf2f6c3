import { textWidth } from '../text/font.ts'
import { textOutline } from '../text/text-outline.ts'

/** As much text as anybody reads on a picture; attributes may hold far more. */
const mostLines = 64
const longestLine = 200

/** Lines below each other, with a dark edge so that they can be read on any picture. */
export function legibleText(
  lines: readonly string[],
  box: { readonly x: number; readonly y: number; readonly size: number },
  align: 'left' | 'right' | 'center' = 'left',
  colour = '#fff',
): string {
  const { x, y, size } = box
  return lines
    .slice(0, mostLines)
    .map((whole, i) => {
      const line = whole.slice(0, longestLine)
      const width = textWidth(line, size)
      const left = align === 'left' ? x : align === 'right' ? x - width : x - width / 2
      const baseline = y + size * (1 + lineHeight * i)
      const edge = textOutline(
        line,
        left,
        baseline,
        size,
        'fill="#000" stroke="#000" stroke-width="320" stroke-linejoin="round"',
      )
      return edge + textOutline(line, left, baseline, size, `fill="${colour}"`)
    })
    .join('')
}

/** Distance of lines, in sizes of the letters. */
export const lineHeight = 1.25

/** The size of letters that suits a picture, in pixels. */
export function textSizeFor(width: number, height: number): number {
  return Math.min(Math.max(Math.min(width, height) / 36, 9), 40)
}
