import { type Dataset, stringOf, type Tag, tags } from '@sansfilm/dicom'
import { legibleText, lineHeight, textSizeFor } from '../annotation/legible-text.ts'
import type { Rgb } from '../colour/cielab.ts'
import { placeInView, type View } from '../geometry/view.ts'
import { itemScopes, numbersOf, type Scope } from '../loaded-values.ts'
import { textWidth } from '../text/font.ts'
import { layerColourOf, layerOrderOf } from './graphic-layers.ts'
import { outlineOf, type Point } from './graphic-outline.ts'
import { itemsFor, type PresentedFrame } from './presentation-item.ts'

/** Drawn elements, and whether all of them are gray. */
export interface Drawing {
  readonly elements: string
  readonly isGray: boolean
}

/** The graphics and texts of a presentation state over a frame, from the lowest layer. @see PS3.3 §C.10.5 */
export function drawingOf(state: Scope, frame: PresentedFrame, view: View): Drawing {
  const orderOf = layerOrderOf(state)
  const layerOf = ({ dataset }: Scope): string | undefined => stringOf(dataset, tags.GraphicLayer)?.trim()
  const annotations = [...itemsFor(state, tags.GraphicAnnotationSequence, frame)].sort(
    (a, b) => orderOf(layerOf(a)) - orderOf(layerOf(b)),
  )
  const colours = annotations.map((annotation) => layerColourOf(state, layerOf(annotation) ?? ''))
  const elements = annotations.map((annotation, i) => {
    const colour = colours[i] as Rgb // one for each
    const graphics = itemScopes(annotation, tags.GraphicObjectSequence).map((item) => graphic(item, view, colour))
    const texts = itemScopes(annotation, tags.TextObjectSequence).map((item) => textObject(item.dataset, view, colour))
    return [...graphics, ...texts].join('')
  })
  return { elements: elements.join(''), isGray: colours.every(([r, g, b]) => r === g && g === b) }
}

/** Where pairs of numbers are in the result: pixels of the image, or shares of the displayed area. */
function placer(dataset: Dataset, units: Tag, view: View): (x: number, y: number) => Point {
  const isDisplay = stringOf(dataset, units)?.trim() === 'DISPLAY'
  return (x, y) => (isDisplay ? [x * view.width, y * view.height] : placeInView(view, x, y))
}

function graphic({ dataset }: Scope, view: View, colour: Rgb): string {
  const data = numbersOf(dataset, tags.GraphicData)
  const type = stringOf(dataset, tags.GraphicType)?.trim() ?? ''
  const points = outlineOf(type, data).map(([x, y]) => placer(dataset, tags.GraphicAnnotationUnits, view)(x, y))
  if (points.length === 0) return ''
  const paint = paintOf(colour)
  if (type === 'POINT') {
    return points.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${paint}" stroke="#000"/>`).join('')
  }
  const isFilled = stringOf(dataset, tags.GraphicFilled)?.trim() === 'Y'
  const path = `M${points.map((point) => point.map((value) => value.toFixed(2)).join(' ')).join('L')}`
  const width = strokeWidthFor(view)
  const line = (stroke: string, strokeWidth: number): string =>
    `<path d="${path}" fill="none" stroke="${stroke}" stroke-width="${strokeWidth}" stroke-linejoin="round" stroke-linecap="round"/>`
  const filled = isFilled ? `<path d="${path}" fill="${paint}"/>` : ''
  return filled + line('#000', width * 2) + line(paint, width)
}

function textObject(dataset: Dataset, view: View, colour: Rgb): string {
  const lines = (stringOf(dataset, tags.UnformattedTextValue) ?? '').split(/\r\n|\n|\r/).map((line) => line.trimEnd())
  const paint = paintOf(colour)
  const toBox = placer(dataset, tags.BoundingBoxAnnotationUnits, view)
  const toAnchor = placer(dataset, tags.AnchorPointAnnotationUnits, view)
  const [x1, y1] = numbersOf(dataset, tags.BoundingBoxTopLeftHandCorner)
  const [x2, y2] = numbersOf(dataset, tags.BoundingBoxBottomRightHandCorner)
  const [anchorX, anchorY] = numbersOf(dataset, tags.AnchorPoint)
  const anchor = anchorX === undefined || anchorY === undefined ? undefined : toAnchor(anchorX, anchorY)
  const size = textSizeFor(view.width, view.height)

  if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) {
    if (anchor === undefined) return ''
    return legibleText(lines, { x: anchor[0], y: anchor[1], size }, 'left', paint)
  }
  const [left, right, top, bottom] = boxOf(toBox(x1, y1), toBox(x2, y2))
  // Boxes are often too small for their text; it stays legible, begins where the box does, and within the picture.
  const align = alignments[stringOf(dataset, tags.BoundingBoxTextHorizontalJustification)?.trim() ?? ''] ?? 'left'
  const width = Math.max(...lines.map((line) => textWidth(line, size)))
  const start = align === 'left' ? left : align === 'right' ? right - width : (left + right - width) / 2
  const x = clamp(start, 2, view.width - width - 2)
  const y = clamp(top, 2, view.height - size * lineHeight * lines.length - 2)
  const isAnchored = anchor !== undefined && stringOf(dataset, tags.AnchorPointVisibility)?.trim() === 'Y'
  const from = isAnchored ? [clamp(anchor[0], left, right), clamp(anchor[1], top, bottom)] : []
  const line = isAnchored
    ? `<path d="M${from.join(' ')}L${anchor.join(' ')}" fill="none" stroke="${paint}" stroke-width="${strokeWidthFor(view)}"/>`
    : ''
  return line + legibleText(lines, { x, y, size }, 'left', paint)
}

const alignments: Readonly<Record<string, 'left' | 'right' | 'center'>> = {
  LEFT: 'left',
  RIGHT: 'right',
  CENTER: 'center',
}

function boxOf([ax, ay]: Point, [bx, by]: Point): readonly [left: number, right: number, top: number, bottom: number] {
  return [Math.min(ax, bx), Math.max(ax, bx), Math.min(ay, by), Math.max(ay, by)]
}

function strokeWidthFor(view: View): number {
  return Math.max(1, Math.min(view.width, view.height) / 500)
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(Math.min(value, high), low)
}

function paintOf([red, green, blue]: Rgb): string {
  return `rgb(${red},${green},${blue})`
}
