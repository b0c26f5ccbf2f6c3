import { isUid, lookupTransferSyntax, type Uid } from '@sansfilm/dicom'
import type { RenderParameters, Window } from '../adapters/index.ts'
import { DicomwebError } from '../errors.ts'
import {
  bad,
  checkWindow,
  maxViewportSide,
  readAnnotation,
  readDecimal,
  readQuality,
} from '../studies-service/retrieve/rendered/parameters.ts'

/** What a request of the URI Service names, and how it wants it. */
export interface UriParameters {
  readonly study: Uid
  readonly series: Uid
  readonly instance: Uid
  /** As it stands; absent where the Accept header decides. */
  readonly contentType: string | undefined
  readonly transferSyntax: Uid | undefined
  readonly frame: number | undefined
  /** Rendering as the DICOMweb resources have it, all but the region, which counts in fractions of the image here. */
  readonly rendering: Omit<RenderParameters, 'viewport' | 'iccprofile'>
  readonly unsupportedAnnotations: readonly string[]
  readonly rows: number | undefined
  readonly columns: number | undefined
  readonly region: Region | undefined
  readonly presentation: { readonly series: Uid; readonly instance: Uid } | undefined
}

/** A part of the image, its corners in fractions of width and height (PS3.18 §9.5.1.2.5). */
export interface Region {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/**
 * Reads the query of the URI Service. Parameters that nobody knows are ignored.
 * @throws DicomwebError `bad-parameter` naming the one that is missing or cannot be used; `not-implemented` for anonymize
 * @see PS3.18 Tables 9.1.2-1, 9.4.1-1, 9.5.1-1
 */
export function parseUriParameters(queryString: string): UriParameters {
  const query = new URLSearchParams(queryString)
  const single = (name: string): string | undefined => {
    const values = query.getAll(name)
    if (values.length > 1) throw bad(name, 'takes one value')
    return values[0]
  }
  if (single('requestType') !== 'WADO') throw bad('requestType', 'must be WADO')
  refuseAnonymize(single('anonymize'))
  const presentation = presentationOf(
    optionalUid(single, 'presentationSeriesUID'),
    optionalUid(single, 'presentationUID'),
  )
  const window = windowOf(single('windowCenter'), single('windowWidth'))
  if (window !== undefined && presentation !== undefined)
    throw bad('windowCenter', 'cannot be used with a presentation state, which has its own')
  // Table 9.5.1-1 says imageAnnotation and imageQuality, the syntax of §9.5.1 annotation: clients send either.
  const annotation = readAnnotation([...query.getAll('annotation'), ...query.getAll('imageAnnotation')], 'annotation')
  const quality = readQuality(single('imageQuality') ?? single('quality'), 'imageQuality')
  return {
    study: uid(single, 'studyUID'),
    series: uid(single, 'seriesUID'),
    instance: uid(single, 'objectUID'),
    contentType: contentTypeOf(query.getAll('contentType')),
    transferSyntax: transferSyntaxOf(single('transferSyntax')),
    frame: frameOf(single('frameNumber')),
    rendering: {
      ...(annotation.supported.length > 0 && { annotation: annotation.supported }),
      ...(quality !== undefined && { quality }),
      ...(window !== undefined && { window }),
    },
    unsupportedAnnotations: annotation.unsupported,
    rows: side(single('rows'), 'rows'),
    columns: side(single('columns'), 'columns'),
    region: regionOf(single('region')),
    presentation,
  }
}

type Single = (name: string) => string | undefined

function uid(single: Single, name: string): Uid {
  const value = optionalUid(single, name)
  if (value === undefined) throw bad(name, 'is missing')
  return value
}

function optionalUid(single: Single, name: string): Uid | undefined {
  const value = single(name)
  if (value !== undefined && !isUid(value)) throw bad(name, 'must be a UID: digits and dots, at most 64 characters')
  return value
}

/** "If the origin server is either unable or refuses to anonymize the Target Resource, it may return an error" (§9.4.2.3). */
function refuseAnonymize(value: string | undefined): void {
  if (value === undefined) return
  if (value !== 'yes') throw bad('anonymize', 'takes yes alone')
  throw new DicomwebError(
    'not-implemented',
    'This server does not anonymize: burned-in text and private attributes make a safe result more than a matter of leaving out tags.',
  )
}

/** "The DICOM Media Type transfer-syntax and character set parameters are forbidden in the request" (§9.1.2.2.1). */
function contentTypeOf(values: readonly string[]): string | undefined {
  const value = values.join(', ')
  if (value === '') return undefined
  if (/;\s*(transfer-syntax|charset)\s*=/i.test(value))
    throw bad('contentType', 'takes media types without transfer-syntax and charset')
  // `+` is a space in a query, yet hardly anyone encodes the one in a media type.
  return value.replace(/ (?=json|xml)/gi, '+')
}

function transferSyntaxOf(value: string | undefined): Uid | undefined {
  if (value === undefined) return undefined
  if (!isUid(value)) throw bad('transferSyntax', 'must be a Transfer Syntax UID')
  if (lookupTransferSyntax(value) === undefined)
    throw new DicomwebError('not-acceptable', 'The transfer syntax that is asked for is not known here.')
  return value
}

function frameOf(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const frame = /^\d{1,9}$/.test(value) ? Number(value) : 0
  if (frame < 1) throw bad('frameNumber', 'takes one whole number from 1')
  return frame
}

function side(value: string | undefined, name: string): number | undefined {
  if (value === undefined) return undefined
  const pixels = /^\d{1,6}$/.test(value) ? Number(value) : 0
  if (pixels < 1 || pixels > maxViewportSide) throw bad(name, `takes a whole number from 1 to ${maxViewportSide}`)
  return pixels
}

/** @see PS3.18 §9.5.1.2.6: both or none; the function is not spoken of, so it is LINEAR, the default of DICOM */
function windowOf(center: string | undefined, width: string | undefined): Window | undefined {
  if (center === undefined && width === undefined) return undefined
  if (center === undefined) throw bad('windowCenter', 'must stand beside windowWidth')
  if (width === undefined) throw bad('windowWidth', 'must stand beside windowCenter')
  return checkWindow(readDecimal(center, 'windowCenter'), readDecimal(width, 'windowWidth'), 'linear', 'windowWidth')
}

/** @see PS3.18 §9.5.1.2.5 */
function regionOf(value: string | undefined): Region | undefined {
  if (value === undefined) return undefined
  const numbers = value.split(',').map((each) => readDecimal(each.trim(), 'region'))
  const [left = 0, top = 0, right = 0, bottom = 0] = numbers
  const isRegion =
    numbers.length === 4 && 0 <= left && left < right && right <= 1 && 0 <= top && top < bottom && bottom <= 1
  if (!isRegion) throw bad('region', 'takes xmin,ymin,xmax,ymax in fractions of the image, from 0.0 to 1.0')
  return { left, top, right, bottom }
}

function presentationOf(series: Uid | undefined, instance: Uid | undefined): UriParameters['presentation'] {
  if (series === undefined && instance === undefined) return undefined
  if (series === undefined) throw bad('presentationSeriesUID', 'must stand beside presentationUID')
  if (instance === undefined) throw bad('presentationUID', 'must stand beside presentationSeriesUID')
  return { series, instance }
}
