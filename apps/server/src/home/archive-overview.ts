import type { Context, Dicomweb } from '@sansfilm/core'
import type { ArchiveStatistics, InstanceIndex, Partition } from '@sansfilm/core/adapters'
import type { Dataset } from '@sansfilm/dicom'
import { type StudySummary, studySummary } from './study-summary.ts'

/** What the archive holds, and its latest studies as far as the caller may see them. */
export interface ArchiveOverview {
  readonly statistics: ArchiveStatistics
  readonly studies: readonly StudySummary[]
}

/** Who looks, and how many studies there is room for. */
export interface OverviewRequest {
  readonly serviceRoot: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly context?: Partial<Context>
  readonly limit: number
}

/** The studies come from a Search transaction, so that who may see what is decided where it always is. */
export async function archiveOverview(
  { dicomweb, index, partition }: { dicomweb: Dicomweb; index: InstanceIndex; partition: Partition },
  request: OverviewRequest,
): Promise<ArchiveOverview> {
  const [statistics, matches] = await Promise.all([index.statistics(partition), searchStudies(dicomweb, request)])
  return { statistics, studies: matches.map(studySummary) }
}

async function searchStudies(
  dicomweb: Dicomweb,
  { serviceRoot, headers, context, limit }: OverviewRequest,
): Promise<readonly Dataset[]> {
  const { status, body } = await dicomweb.handle(
    {
      method: 'GET',
      url: `/studies?limit=${limit}&includefield=StudyDescription`,
      serviceRoot,
      headers: { ...headers, accept: 'application/dicom+json' },
      body: null,
    },
    context,
  )
  const text = await textOf(body)
  if (status === 204) return []
  if (status !== 200) throw new Error(`The search for the latest studies was answered with status ${status}`)
  // Our own search answers with data sets.
  return JSON.parse(text) as readonly Dataset[]
}

async function textOf(body: Uint8Array | AsyncIterable<Uint8Array> | null): Promise<string> {
  if (body === null) return ''
  if (body instanceof Uint8Array) return Buffer.from(body).toString()
  const chunks: Uint8Array[] = []
  for await (const chunk of body) chunks.push(Uint8Array.from(chunk))
  return Buffer.concat(chunks).toString()
}
