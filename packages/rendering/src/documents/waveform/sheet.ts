import type { Drawing } from './drawing.ts'

/** A part of a sheet, as high as it says, drawn below the one before it. */
export interface Panel {
  /** Millimetres. */
  readonly height: number
  draw(drawing: Drawing, top: number): void
}

/** Every sheet is as wide as A4 on its side; the inner width is a whole number of the 5 mm squares of ECG paper. */
export const sheet = { width: 297, margin: 11, innerWidth: 275 } as const
export const soft = '#56616c'
