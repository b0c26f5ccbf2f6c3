import type { Dataset } from '@sansfilm/dicom'
import { formatHtml } from './html.ts'
import { layoutContent } from './layout.ts'
import type { Page } from './page.ts'
import { layoutHeader } from './page-header.ts'
import { formatPlainText } from './plain-text.ts'
import { isSafeRoot, readReferences } from './references.ts'
import type { ReportMediaType } from './report-kind.ts'

/** How a report is rendered. */
export interface ReportOptions {
  /** Default `text/html`. `text/xml` is the same page as XHTML. */
  readonly mediaType?: ReportMediaType
  /**
   * What stands before `studies/` in links: relative, or http(s). By default the links fit a page that is served as
   * `studies/{study}/series/{series}/instances/{instance}/rendered`.
   * @throws TypeError where it is neither
   */
  readonly root?: string
  /** Bytes of content, after which the page ends with a notice. Default 16 MiB. */
  readonly maxBytes?: number
}

const rootFromRenderedInstance = '../../../../../../'
const defaultMaxBytes = 16_777_216

/**
 * Renders a structured report or Key Object Selection to a page that stands alone, in UTF-8, without scripts or images.
 * Whatever the content tree lacks, there is a page.
 * @example renderReport(dataset, { mediaType: 'text/plain' })
 * @see PS3.18 §8.7.4, PS3.3 §C.17
 */
export function renderReport(dataset: Dataset, options: ReportOptions = {}): string {
  const { mediaType = 'text/html', root = rootFromRenderedInstance, maxBytes = defaultMaxBytes } = options
  if (!isSafeRoot(root)) throw new TypeError('The root of links is neither relative nor http(s)')
  const references = readReferences(dataset, root)
  const page: Page = { ...layoutHeader(dataset, references), ...layoutContent(dataset, references) }
  if (mediaType === 'text/plain') return formatPlainText(page, maxBytes)
  const html = formatHtml(page, maxBytes)
  return mediaType === 'text/xml' ? `<?xml version="1.0" encoding="UTF-8"?>\n${html}` : html
}
