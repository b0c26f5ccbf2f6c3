import type { RenderParameters, Viewport, Window } from '../../../adapters/index.ts'
import { DicomwebError } from '../../../errors.ts'
import { warningOf } from '../../../http/warning.ts'

type IccProfile = NonNullable<RenderParameters['iccprofile']>
type Annotation = NonNullable<RenderParameters['annotation']>[number]

/** What a rendered resource is asked with, and what of it is not supported and ignored. */
export interface RenderedRequestParameters {
  readonly parameters: RenderParameters
  readonly unsupportedAnnotations: readonly string[]
}

/** Sides of a viewport, in pixels: more is no viewport, but a way to fill the memory. */
export const maxViewportSide = 16_384
export const maxThumbnailSide = 1024

const iccProfiles: ReadonlySet<string> = new Set<IccProfile>(['no', 'yes', 'srgb', 'adobergb', 'rommrgb'])
const annotations: ReadonlySet<string> = new Set<Annotation>(['patient', 'technique'])
const windowShapes: ReadonlySet<string> = new Set<Window['shape']>(['linear', 'linear-exact', 'sigmoid'])

/**
 * Reads the query parameters of a rendered resource.
 * @throws DicomwebError `bad-parameter` naming the one that cannot be used
 * @see PS3.18 §8.3.5.1, Table 8.3.5-1
 */
export function parseRenderedParameters(query: URLSearchParams): RenderedRequestParameters {
  const annotation = readAnnotation(query.getAll('annotation'), 'annotation')
  const quality = readQuality(single(query, 'quality'))
  const viewport = readViewport(single(query, 'viewport'), maxViewportSide, 'with a region')
  const window = readWindow(single(query, 'window'))
  const iccprofile = readIccProfile(single(query, 'iccprofile'))
  return {
    parameters: {
      ...(annotation.supported.length > 0 && { annotation: annotation.supported }),
      ...(quality !== undefined && { quality }),
      ...(viewport !== undefined && { viewport }),
      ...(window !== undefined && { window }),
      ...(iccprofile !== undefined && { iccprofile }),
    },
    unsupportedAnnotations: annotation.unsupported,
  }
}

/** The Warning field that §8.3.5.1.1 words; none where everything is supported. */
export function annotationWarning(unsupported: readonly string[], service: string): Readonly<Record<string, string>> {
  if (unsupported.length === 0) return {}
  const text = `The following annotation values are not supported: ${unsupported.join(', ')}`
  return { warning: warningOf(service, text) }
}

/**
 * Reads the viewport of a thumbnail, which has "only width and height values".
 * @throws DicomwebError `bad-parameter`
 * @see PS3.18 §8.3.5.2, Table 8.3.5-2
 */
export function parseThumbnailViewport(query: URLSearchParams): Viewport | undefined {
  return readViewport(single(query, 'viewport'), maxThumbnailSide, 'size alone')
}

/** A presentation state says what is shown and how: these would contradict it (§8.3.5.1.3, §8.3.5.1.4, §8.3.5.1.6). */
export function refuseBesidePresentationState({ viewport, window }: RenderParameters): void {
  if (window !== undefined) throw bad('window', 'cannot be used with a presentation state, which has its own')
  if (viewport?.region !== undefined) throw bad('viewport', 'of a presentation state is width,height alone')
}

function single(query: URLSearchParams, name: string): string | undefined {
  const values = new Set(query.getAll(name))
  if (values.size > 1) throw bad(name, 'takes one value')
  return values.values().next().value
}

/** @see PS3.18 §8.3.5.1.1 */
export function readAnnotation(
  given: readonly string[],
  name: string,
): { readonly supported: readonly Annotation[]; readonly unsupported: readonly string[] } {
  if (given.length === 0) return { supported: [], unsupported: [] }
  const keywords = given.flatMap((value) => value.split(',')).map((keyword) => keyword.trim())
  // The shape of a keyword: anything else cannot be named in a header either.
  if (keywords.some((keyword) => !/^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(keyword)))
    throw bad(name, 'takes a comma-separated list of keywords: patient, technique')
  return {
    supported: [...new Set(keywords)].filter((keyword): keyword is Annotation => annotations.has(keyword)),
    unsupported: keywords.filter((keyword) => !annotations.has(keyword)),
  }
}

/** @see PS3.18 §8.3.5.1.2 */
export function readQuality(text: string | undefined, name = 'quality'): number | undefined {
  if (text === undefined) return undefined
  const quality = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (quality < 1 || quality > 100) throw bad(name, 'takes a whole number from 1 to 100')
  return quality
}

/** @see PS3.18 §8.3.5.1.3 */
function readViewport(
  text: string | undefined,
  maxSide: number,
  form: 'with a region' | 'size alone',
): Viewport | undefined {
  if (text === undefined) return undefined
  const values = text.split(',').map((value) => value.trim())
  const [width, height, ...region] = values
  if (values.length > (form === 'size alone' ? 2 : 6))
    throw bad(
      'viewport',
      form === 'size alone' ? 'takes width,height' : 'takes width,height and a region of four values',
    )
  const side = (value = ''): number => {
    const pixels = /^\d{1,6}$/.test(value) ? Number(value) : 0
    if (pixels < 1 || pixels > maxSide) throw bad('viewport', `has a width and a height of 1 to ${maxSide} pixels`)
    return pixels
  }
  const size = { width: side(width), height: side(height) }
  if (region.length === 0) return size
  const [left, top, regionWidth, regionHeight] = region.map((value) =>
    value === '' ? undefined : readDecimal(value, 'viewport'),
  )
  if (regionWidth === 0 || regionHeight === 0) throw bad('viewport', 'has a region without extent')
  return {
    ...size,
    region: {
      // "decimal numbers whose absolute values specify, in pixels"
      left: Math.abs(left ?? 0),
      top: Math.abs(top ?? 0),
      ...(regionWidth !== undefined && { width: Math.abs(regionWidth) }),
      ...(regionHeight !== undefined && { height: Math.abs(regionHeight) }),
      flipHorizontally: (regionWidth ?? 0) < 0,
      flipVertically: (regionHeight ?? 0) < 0,
    },
  }
}

/** @see PS3.18 §8.3.5.1.4 */
function readWindow(text: string | undefined): Window | undefined {
  if (text === undefined) return undefined
  const [center = '', width = '', shape = 'linear', ...more] = text.split(',').map((value) => value.trim())
  // Viewers spell the function as VOI LUT Function does, and leave it out; the default there is LINEAR.
  const known = shape.toLowerCase().replace('_', '-')
  if (more.length > 0 || !windowShapes.has(known))
    throw bad('window', 'takes center,width,function; the function is linear, linear-exact or sigmoid')
  return checkWindow(readDecimal(center, 'window'), readDecimal(width, 'window'), known as Window['shape'], 'window')
}

/** @see PS3.3 §C.11.2.1.2: "Window Width shall always be greater than or equal to 1" for LINEAR, greater than 0 for others. */
export function checkWindow(center: number, width: number, shape: Window['shape'], name: string): Window {
  if (shape === 'linear' ? width < 1 : width <= 0)
    throw bad(name, shape === 'linear' ? 'has a width of 1 or more' : 'has a width above 0')
  return { center, width, shape }
}

/** @throws DicomwebError `bad-parameter` for what is no decimal number */
export function readDecimal(text: string, name: string): number {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,2})?$/.test(text) ? Number(text) : Number.NaN
  if (!Number.isFinite(value)) throw bad(name, 'takes decimal numbers')
  return value
}

/** @see PS3.18 §8.3.5.1.5 */
function readIccProfile(text: string | undefined): IccProfile | undefined {
  if (text === undefined) return undefined
  if (!iccProfiles.has(text)) throw bad('iccprofile', `is one of ${[...iccProfiles].join(', ')}`)
  return text as IccProfile
}

/** What came is not repeated in the message: it may hold anything. */
export function bad(name: string, expected: string): DicomwebError {
  return new DicomwebError('bad-parameter', `The query parameter ${name} ${expected}.`, {
    members: { parameter: name },
  })
}
