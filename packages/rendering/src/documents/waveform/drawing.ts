import { escapeMarkup } from '../escape.ts'
import { ink, type SetText, type TextStyle } from './letters.ts'

/** A sheet of paper being drawn on; all lengths are millimetres from its top left corner. */
export class Drawing {
  readonly #setText: SetText
  readonly #parts: string[] = []
  #clips = 0

  constructor(setText: SetText) {
    this.#setText = setText
  }

  path(data: string, colour: string, width: number): void {
    if (data === '') return
    this.#parts.push(
      `<path d="${data}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linejoin="round" stroke-linecap="round"/>`,
    )
  }

  text(x: number, y: number, text: string, style: TextStyle): void {
    if (text !== '') this.#parts.push(this.#setText(x, y, text, style))
  }

  rectangle(x: number, y: number, width: number, height: number, fill: string): void {
    const at = [x, y, width, height].map(hundredths)
    this.#parts.push(`<rect x="${at[0]}" y="${at[1]}" width="${at[2]}" height="${at[3]}" fill="${fill}"/>`)
  }

  /** What `draw` draws is seen within the rectangle alone. */
  clipped(x: number, y: number, width: number, height: number, draw: () => void): void {
    const id = `clip${++this.#clips}`
    const at = [x, y, width, height].map(hundredths)
    const shape = `<rect x="${at[0]}" y="${at[1]}" width="${at[2]}" height="${at[3]}"/>`
    this.#parts.push(`<clipPath id="${id}">${shape}</clipPath><g clip-path="url(#${id})">`)
    draw()
    this.#parts.push('</g>')
  }

  /**
   * The drawing on white paper of this size. It needs nothing from outside, and has no script or style.
   * @param pixelsPerMillimetre makes it a picture of so many pixels; absent: as large as the paper
   */
  finish(width: number, height: number, title: string, pixelsPerMillimetre?: number): string {
    const side = (length: number) =>
      pixelsPerMillimetre === undefined
        ? `${hundredths(length)}mm`
        : Math.max(1, Math.round(length * pixelsPerMillimetre))
    const size = `width="${side(width)}" height="${side(height)}" viewBox="0 0 ${hundredths(width)} ${hundredths(height)}"`
    const fonts = `font-family="'DejaVu Sans', Verdana, 'Liberation Sans', sans-serif" fill="${ink}"`
    return [
      `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img" ${fonts}>\n<title>${escapeMarkup(title)}</title>\n`,
      `<rect width="100%" height="100%" fill="#ffffff"/>\n`,
      this.#parts.join('\n'),
      '\n</svg>\n',
    ].join('')
  }
}

/** Two decimals: a hundredth of a millimetre is finer than any printer. */
export function hundredths(number: number): number {
  return Math.round(number * 100) / 100
}
