import { type Dataset, stringOf, tags, valuesOf } from '@sansfilm/dicom'
import { formatDateTime, formatPosition } from '../format-value.ts'
import type { Span } from './page.ts'

/** Longer lists of points say nothing to a reader. */
const maxShownPoints = 4

const shapes: { readonly [graphicType: string]: string } = {
  POINT: 'Point',
  MULTIPOINT: 'Points',
  POLYLINE: 'Line',
  POLYGON: 'Polygon',
  CIRCLE: 'Circle',
  ELLIPSE: 'Ellipse',
  ELLIPSOID: 'Ellipsoid',
}

/** SCOORD and SCOORD3D: the shape, and where it lies. @see PS3.3 §C.18.6, §C.18.9 */
export function describeSpatialCoordinates(dataset: Dataset, dimensions: 2 | 3): readonly Span[] {
  const graphicType = stringOf(dataset, tags.GraphicType)?.trim() ?? ''
  const shape = (Object.hasOwn(shapes, graphicType) ? shapes[graphicType] : undefined) ?? (graphicType || 'Shape')
  const numbers = valuesOf(dataset, tags.GraphicData).filter((value) => typeof value === 'number')
  const points: string[] = []
  for (let i = 0; i + dimensions <= numbers.length; i += dimensions) {
    points.push(
      `(${numbers
        .slice(i, i + dimensions)
        .map(formatPosition)
        .join(', ')})`,
    )
  }
  const frameOfReference = stringOf(dataset, tags.ReferencedFrameOfReferenceUID)
  const text = `${shape}${describePoints(points)}${dimensions === 3 && points.length > 0 ? ' mm' : ''}`
  return [{ text, ...(frameOfReference === undefined ? {} : { hint: `Frame of reference ${frameOfReference}` }) }]
}

function describePoints(points: readonly string[]): string {
  if (points.length === 0) return ' without points'
  if (points.length <= maxShownPoints) return ` ${points.join(' ')}`
  return ` of ${points.length} points, from ${points[0]}`
}

/** TCOORD: instants or stretches of a waveform or cine. @see PS3.3 §C.18.7 */
export function describeTemporalCoordinates(dataset: Dataset): readonly Span[] {
  const type = stringOf(dataset, tags.TemporalRangeType)?.trim().toLowerCase() ?? 'time'
  const samples = valuesOf(dataset, tags.ReferencedSamplePositions)
  const offsets = valuesOf(dataset, tags.ReferencedTimeOffsets)
  const times = valuesOf(dataset, tags.ReferencedDateTime)
  const where = [
    ...(samples.length === 0 ? [] : [`sample ${samples.join(', ')}`]),
    ...(offsets.length === 0 ? [] : [`at ${offsets.join(', ')} s`]),
    ...(times.length === 0 ? [] : [times.map((time) => formatDateTime(String(time))).join(', ')]),
  ]
  return [
    { text: `${type.charAt(0).toUpperCase()}${type.slice(1)}${where.length === 0 ? '' : ` ${where.join('; ')}`}` },
  ]
}
