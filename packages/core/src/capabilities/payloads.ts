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
const pixels = [...octets, ...compressed.map(multipart), ...compressed]

/** What a Retrieve or Search gives (PS3.18 Tables 10.4.4-1 and 10.6.4-1). */
const produced: Readonly<Record<ResourceCategory, readonly string[]>> = {
  search: model,
  instances: [multipart(mediaTypes.dicom), mediaTypes.dicom, mediaTypes.zip],
  metadata: model,
  bulkdata: pixels,
  pixeldata: pixels,
  // What needs no drawing; thumbnails are always drawn.
  rendered: [mediaTypes.pdf, ...videos],
  thumbnail: [],
}

/** The media types of success answers, the default first. */
export function producedPayloads({
  transaction,
  category,
}: Pick<Route, 'transaction' | 'category'>): readonly string[] {
  // The Store Instances Response Module (PS3.18 §10.5.3).
  return transaction === 'store' ? [mediaTypes.dicomJson, mediaTypes.dicomXml] : produced[category]
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
