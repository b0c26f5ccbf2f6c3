import { numberOf, tags } from '@sansfilm/dicom'
import type { Viewport } from '../adapters/index.ts'
import type { Backend } from '../backend.ts'
import type { Context } from '../context.ts'
import { DicomwebError } from '../errors.ts'
import type { DicomwebRequest, DicomwebResponse } from '../http/message.ts'
import { parseAcceptableMediaTypes } from '../media-types/acceptable-media-types.ts'
import { mediaTypes } from '../media-types/dicom-media-types.ts'
import { authorizeRetrieve } from '../studies-service/retrieve/access.ts'
import { drawableInstance } from '../studies-service/retrieve/rendered/drawing.ts'
import { annotationWarning, bad, maxViewportSide } from '../studies-service/retrieve/rendered/parameters.ts'
import type { RetrieveRequest } from '../studies-service/retrieve/request.ts'
import { type Retrieved, retrieveResponse } from '../studies-service/retrieve/response.ts'
import { retrieveInstanceObjects } from '../studies-service/retrieve/retrieve-instances.ts'
import { renderResource } from '../studies-service/retrieve/retrieve-rendered.ts'
import { parseUriParameters, type Region, type UriParameters } from './parameters.ts'

/**
 * Where neither contentType nor Accept says anything, "the Selected Media Type defaults to 'image/jpeg'" (§9.3); what has no image has
 * the default of its own category.
 */
const renderedByDefault = 'image/jpeg, text/html;q=0.9, */*;q=0.5'

/**
 * Retrieve DICOM Instance and Retrieve Rendered Instance of the URI Service: the same use cases as the Studies Service has,
 * asked for in another syntax.
 * @see PS3.18 §9.4, §9.5
 */
export async function retrieveByUri(
  request: DicomwebRequest,
  context: Context,
  backend: Backend,
): Promise<DicomwebResponse> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new DicomwebError('method-not-allowed', 'The URI Service supports GET and HEAD.', {
      headers: { allow: 'GET, HEAD, OPTIONS' },
    })
  const query = request.url.slice(request.url.indexOf('?') + 1 || request.url.length)
  const parameters = parseUriParameters(query)
  const retrieve = toRetrieveRequest(request, parameters, context)
  await authorizeRetrieve(retrieve, context, backend)
  const retrieved = wantsDicom(parameters, request)
    ? await retrieveInstance(retrieve, parameters, backend)
    : await retrieveRendered(retrieve, parameters, backend)
  const headers = {
    ...retrieved.representation.headers,
    'content-location': `${request.serviceRoot}?${query}`,
    ...annotationWarning(parameters.unsupportedAnnotations, request.serviceRoot),
  }
  const representation = { ...retrieved.representation, headers }
  return retrieveResponse(retrieve, { ...retrieved, representation }, 'wado-uri', context, backend)
}

function toRetrieveRequest(request: DicomwebRequest, parameters: UriParameters, context: Context): RetrieveRequest {
  const { study, series, instance, contentType, transferSyntax, frame } = parameters
  const asked = contentType ?? request.headers.accept ?? '*/*'
  const dicom = `${mediaTypes.dicom}${transferSyntax === undefined ? '' : `; transfer-syntax=${transferSyntax}`}`
  const isDicom = wantsDicom(parameters, request)
  const accept = isDicom ? dicom : asked.trim() === '*/*' ? renderedByDefault : asked
  return {
    method: request.method,
    headers: request.headers,
    scope: { partition: context.partition, study, series, instance },
    frames: frame === undefined || isDicom ? undefined : String(frame),
    bulkdata: undefined,
    acceptable: parseAcceptableMediaTypes({ url: '', headers: { accept } }),
    query: '',
    ...(request.signal !== undefined && { signal: request.signal }),
    root: request.serviceRoot,
  }
}

/** The two transactions "are differentiated by their Selected Media Type" (§9.3). */
function wantsDicom({ contentType }: UriParameters, { headers }: DicomwebRequest): boolean {
  const [first = ''] = (contentType ?? headers.accept ?? '').split(/[,;]/, 1)
  return first.trim().toLowerCase() === mediaTypes.dicom
}

async function retrieveInstance(
  request: RetrieveRequest,
  { rendering, presentation }: UriParameters,
  backend: Backend,
): Promise<Retrieved> {
  // "The Windowing parameters shall not be present if contentType is application/dicom" (§9.5.1.2.6).
  if (rendering.window !== undefined) throw bad('windowCenter', 'is for rendered images alone')
  if (presentation !== undefined) throw bad('presentationUID', 'is for rendered images alone')
  return retrieveInstanceObjects(request, backend)
}

async function retrieveRendered(
  request: RetrieveRequest,
  parameters: UriParameters,
  backend: Backend,
): Promise<Retrieved> {
  const { rows, columns, region, presentation, frame, rendering } = parameters
  const { study, series, instance } = parameters
  const scope = { partition: request.scope.partition, study, series, instance }
  const needsSize = region !== undefined || frame !== undefined
  const { source, frames = 0 } = needsSize ? await drawableInstance(scope, backend) : { source: undefined }
  // §9.5.2.1: 400 rather than 404, the frame being a parameter. Frame 1 of a single frame image is asked for by many.
  if (frame !== undefined && frame > Math.max(frames, 1))
    throw bad('frameNumber', `is at most ${Math.max(frames, 1)} for this instance`)
  const size = {
    width: numberOf(source?.dataset ?? {}, tags.Columns) ?? 1,
    height: numberOf(source?.dataset ?? {}, tags.Rows) ?? 1,
  }
  const viewport = viewportOf(rows, columns, region, size)
  return renderResource(
    {
      ...request,
      // A document has no frames, and a single image needs no list of one.
      frames: frames > 1 ? request.frames : undefined,
      parameters: { ...rendering, ...(viewport !== undefined && { viewport }) },
      ...(presentation !== undefined && { presentation: { partition: scope.partition, study, ...presentation } }),
    },
    backend,
  )
}

/**
 * "If the rows Query Parameter is absent and the columns Query Parameter is present, the number of rows … shall be chosen to
 * maintain the aspect ratio" (§9.5.2.5); a region alone keeps its size.
 */
function viewportOf(
  rows: number | undefined,
  columns: number | undefined,
  region: Region | undefined,
  { width, height }: { readonly width: number; readonly height: number },
): Viewport | undefined {
  if (region === undefined) {
    if (rows === undefined && columns === undefined) return undefined
    return { width: columns ?? maxViewportSide, height: rows ?? maxViewportSide }
  }
  const pixels = {
    left: region.left * width,
    top: region.top * height,
    width: (region.right - region.left) * width,
    height: (region.bottom - region.top) * height,
  }
  const isScaled = rows !== undefined || columns !== undefined
  return {
    width: columns ?? (isScaled ? maxViewportSide : Math.max(1, Math.round(pixels.width))),
    height: rows ?? (isScaled ? maxViewportSide : Math.max(1, Math.round(pixels.height))),
    region: { ...pixels, flipHorizontally: false, flipVertically: false },
  }
}
