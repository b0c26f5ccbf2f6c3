import { formatMediaType } from '../http/media-type.ts'
import { compressedMediaTypes, mediaTypes } from '../media-types/dicom-media-types.ts'
import type { ResourceCategory, Route } from '../router.ts'

const multipart = (type: string): string => formatMediaType({ type: 'multipart/related', parameters: [['type', type]] })

/** What a Store takes (PS3.18 Table 10.5.4-1). */
export const acceptedPayloads: readonly string[] = [
  multipart(mediaTypes.dicom),
  multipart(mediaTypes.dicomJson),
  multipart(mediaTypes.dicomXml),
  mediaTypes.dicom,
]

const model = [mediaTypes.dicomJson, multipart(mediaTypes.dicomXml)]
const octets = [multipart(mediaTypes.octetStream), mediaTypes.octetStream]
const compressed = compressedMediaTypes.map(({ mediaType }) => mediaType)
const videos = compressedMediaTypes.filter((each) => each.of === 'video').map(({ mediaType }) => mediaType)
/** What videos may be besides, by their containers. */
const videoContainers = ['video/mp2t', 'video/quicktime', 'video/matroska', 'video/h264']
/** What a renderer may offer; which of them, it says for each instance (PS3.18 Table 8.7.4-1). */
const images = ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/jp2', 'image/jph']
const documents = ['text/html', 'text/plain', 'text/xml', 'image/svg+xml']
const thumbnails = ['image/jpeg', 'image/png']
const pixels = [...octets, ...compressed.map(multipart), ...compressed]

/** What a Retrieve or Search gives (PS3.18 Tables 10.4.4-1 and 10.6.4-1). */
const produced: Readonly<Record<ResourceCategory, readonly string[]>> = {
  search: model,
  instances: [multipart(mediaTypes.dicom), mediaTypes.dicom, mediaTypes.zip],
  metadata: model,
  bulkdata: pixels,
  pixeldata: pixels,
  rendered: [...images, ...images.map(multipart), ...documents, mediaTypes.pdf, ...videos, ...videoContainers],
  thumbnail: [...thumbnails, ...thumbnails.map(multipart)],
}

/** What is sent as it is stored, and needs no renderer. */
const storedForms = [mediaTypes.pdf, ...videos, ...videoContainers]

/**
 * The media types of success answers, the default first.
 * @param draws whether the service has a renderer
 */
export function producedPayloads(
  { transaction, category }: Pick<Route, 'transaction' | 'category'>,
  draws = true,
): readonly string[] {
  // The Store Instances Response Module (PS3.18 §10.5.3).
  if (transaction === 'store') return [mediaTypes.dicomJson, mediaTypes.dicomXml]
  if (!draws && category === 'thumbnail') return []
  return !draws && category === 'rendered' ? storedForms : produced[category]
}

/** A query parameter. */
export interface QueryParameter {
  readonly name: string
  readonly type: 'xs:string' | 'xs:unsignedInt' | 'xs:boolean'
  readonly repeating?: boolean
}

const text = (name: string): QueryParameter => ({ name, type: 'xs:string' })
const accept = text('accept')
const rendering = ['annotation', 'quality', 'viewport', 'window', 'iccprofile'].map(text)

/** PS3.18 Tables 10.4.1-5 and 8.3.4-1; any attribute may be a search key beside. */
export const queryParameters: Readonly<Record<ResourceCategory, readonly QueryParameter[]>> = {
  search: [
    accept,
    { name: 'limit', type: 'xs:unsignedInt' },
    { name: 'offset', type: 'xs:unsignedInt' },
    { ...text('includefield'), repeating: true },
    { name: 'fuzzymatching', type: 'xs:boolean' },
    { name: 'emptyvaluematching', type: 'xs:boolean' },
    { name: 'multiplevaluematching', type: 'xs:boolean' },
    // Our own: the place in the order that a Link rel=next carries.
    text('after'),
  ],
  instances: [accept],
  metadata: [accept],
  bulkdata: [accept],
  pixeldata: [accept],
  rendered: [accept, ...rendering],
  thumbnail: [accept, text('viewport')],
}
