import type { DicomwebRequest } from '../../http/message.ts'
import { parseAcceptableMediaTypes } from '../../media-types/acceptable-media-types.ts'
import { mediaTypes } from '../../media-types/dicom-media-types.ts'
import { type AvailableMediaType, notAcceptable, selectMediaType } from '../../media-types/selected-media-type.ts'

interface SearchMediaType extends AvailableMediaType {
  readonly model: 'json' | 'xml'
}

/**
 * What a search can answer with. There may be several results, so XML comes in parts, even where a document is asked for.
 * @see PS3.18 Table 10.6.4-1
 */
const searchMediaTypes: readonly SearchMediaType[] = [
  { mediaType: mediaTypes.dicomJson, packaging: 'single', model: 'json' },
  { mediaType: mediaTypes.dicomXml, packaging: 'multipart', model: 'xml' },
  { mediaType: mediaTypes.dicomXml, packaging: 'single', model: 'xml' },
]

/** The selected media type of the results. */
export interface SelectedSearchMediaType {
  readonly model: 'json' | 'xml'
  /** Of the results, or of each part: the name by which it was asked for. */
  readonly mediaType: string
}

/** @throws DicomwebError `not-acceptable` */
export function selectSearchMediaType(request: Pick<DicomwebRequest, 'url' | 'headers'>): SelectedSearchMediaType {
  const acceptable = parseAcceptableMediaTypes(request)
  const selected = selectMediaType(acceptable, searchMediaTypes)
  if (selected === undefined) throw notAcceptable(acceptable, [], searchMediaTypes)
  return { model: selected.available.model, mediaType: selected.mediaType }
}
