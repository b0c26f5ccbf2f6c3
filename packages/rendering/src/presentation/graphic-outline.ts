/** In the units of the annotation, or in pixels of the result. */
export type Point = readonly [x: number, y: number]

const stepsOfCurve = 96

/** What Number of Graphic Points can say. */
const mostPoints = 65_535

/** The corners of the line that a graphic is; curves are followed closely. None where points are missing. @see PS3.3 §C.10.5.1.2 */
export function outlineOf(type: string, data: readonly number[]): readonly Point[] {
  const points = pairsOf(data)
  switch (type) {
    case 'POINT':
    case 'POLYLINE':
      return points
    case 'INTERPOLATED':
      return interpolated(points)
    case 'CIRCLE':
      return circle(points)
    case 'ELLIPSE':
      return ellipse(points)
    default:
      return []
  }
}

function pairsOf(data: readonly number[]): readonly Point[] {
  const length = Math.min(data.length >> 1, mostPoints)
  return Array.from({ length }, (_, i) => [data[i * 2], data[i * 2 + 1]] as Point) // within
}

/** The centre, and a point on the circle. */
function circle([centre, edge]: readonly Point[]): readonly Point[] {
  if (centre === undefined || edge === undefined) return []
  const radius = Math.hypot(edge[0] - centre[0], edge[1] - centre[1])
  return around((cos, sin) => [centre[0] + radius * cos, centre[1] + radius * sin])
}

/** The ends of the long axis, then those of the short one. */
function ellipse([a, b, c, d]: readonly Point[]): readonly Point[] {
  if (a === undefined || b === undefined || c === undefined || d === undefined) return []
  const centre = [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2] as const
  const long = [(b[0] - a[0]) / 2, (b[1] - a[1]) / 2] as const
  const short = [(d[0] - c[0]) / 2, (d[1] - c[1]) / 2] as const
  return around((cos, sin) => [centre[0] + long[0] * cos + short[0] * sin, centre[1] + long[1] * cos + short[1] * sin])
}

function around(at: (cos: number, sin: number) => Point): readonly Point[] {
  return Array.from({ length: stepsOfCurve + 1 }, (_, i) => {
    const angle = (i / stepsOfCurve) * 2 * Math.PI
    return at(Math.cos(angle), Math.sin(angle))
  })
}

/** A smooth curve through all points (Catmull-Rom), closed where the last is the first. */
function interpolated(points: readonly Point[]): readonly Point[] {
  const first = points[0]
  const last = points.at(-1)
  if (first === undefined || last === undefined || points.length < 3) return points
  const isClosed = first[0] === last[0] && first[1] === last[1]
  const at = (i: number): Point => {
    const count = points.length - 1
    const wrapped = isClosed ? (i + count) % count : Math.min(Math.max(i, 0), count)
    return points[wrapped] as Point // wrapped is within
  }
  const steps = 8
  const curve = points.slice(0, -1).flatMap((_, i) =>
    Array.from({ length: steps }, (_unused, step): Point => {
      const t = step / steps
      const along = (axis: 0 | 1): number => {
        const [p0, p1, p2, p3] = [at(i - 1)[axis], at(i)[axis], at(i + 1)[axis], at(i + 2)[axis]]
        return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)))
      }
      return [along(0), along(1)]
    }),
  )
  return [...curve, last]
}
