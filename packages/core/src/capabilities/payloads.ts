import type { ResourceCategory, Route } from '../router.ts'

const multipart = (type: string): string => `multipart/related; type="${type}"`

/** What a Store takes (PS3.18 Table 10.5.4-1). */
export const acceptedPayloads: readonly string[] = [
  multipart('application/dicom'),
  multipart('application/dicom+json'),
  multipart('application/dicom+xml'),
  'application/dicom',
]

const model = ['application/dicom+json', 'application/json']
const bulk = [multipart('application/octet-stream'), 'application/octet-stream']

/** What a Retrieve or Search gives (PS3.18 Tables 10.4.4-1 and 10.6.4-1). */
const produced: Readonly<Record<ResourceCategory, readonly string[]>> = {
  search: [...model, multipart('application/dicom+xml')],
  instances: [multipart('application/dicom'), 'application/dicom', 'application/zip'],
  metadata: [...model, multipart('application/dicom+xml')],
  bulkdata: bulk,
  pixeldata: bulk,
  rendered: ['image/jpeg', 'image/png'],
  thumbnail: ['image/jpeg', 'image/png'],
}

/** The media types of success answers, the default first. */
export function producedPayloads({
  transaction,
  category,
}: Pick<Route, 'transaction' | 'category'>): readonly string[] {
  // The Store Instances Response Module (PS3.18 §10.5.3).
  return transaction === 'store' ? ['application/dicom+json', 'application/dicom+xml'] : produced[category]
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
  ],
  instances: [accept],
  metadata: [accept, text('charset')],
  bulkdata: [accept],
  pixeldata: [accept],
  rendered: [accept, ...rendering],
  thumbnail: [accept, text('viewport')],
}
