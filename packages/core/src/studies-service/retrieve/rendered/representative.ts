import { stringOf, tags } from '@sansfilm/dicom'
import type { InstanceScope, Query, SearchMatch } from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import { notFound } from '../access.ts'

/** Modalities of what is said about images, which a series of images goes before. */
const modalitiesWithoutImages: ReadonlySet<string> = new Set([
  'AU', 'ANN', 'DOC', 'ECG', 'EEG', 'EPS', 'HD', 'KO', 'PLAN', 'PR', 'REG', 'RESP', 'RTDOSE', 'RTPLAN', 'RTRECORD',
  'RTSTRUCT', 'RWV', 'SEG', 'SMR', 'SR', 'STAIN', 'TEXTUREMAP',
]) // biome-ignore format: a list of codes

/**
 * The instance that stands for a study or series: the middle one of the series that has the most images, by the order of
 * Search.
 * @throws DicomwebError `not-found`
 * @see PS3.18 §10.4.3.3.4: "The origin server will determine what constitutes a meaningful representation."
 */
export async function representativeOf(scope: InstanceScope, backend: Backend): Promise<Required<InstanceScope>> {
  const { partition, study, instance } = scope
  const series = scope.series ?? (await representativeSeries(scope, backend))
  if (instance !== undefined) return { partition, study, series, instance }
  const instances = await backend.index.state({ partition, study, series })
  if (instances === undefined) throw notFound()
  const offset = Math.floor((instances.instances - 1) / 2)
  const query: Query = { partition, level: 'instance', study, series, conditions: [], offset, limit: 1 }
  for await (const match of (await backend.index.search(query)).matches)
    if (match.instance !== undefined) return { partition, study, series, instance: match.instance }
  throw notFound()
}

async function representativeSeries({ partition, study }: InstanceScope, { index }: Backend): Promise<string> {
  const query: Query = { partition, level: 'series', study, conditions: [], offset: 0 }
  let best: { readonly series: string; readonly weight: number } | undefined
  for await (const match of (await index.search(query)).matches) {
    const weight = weightOf(match)
    if (match.series !== undefined && weight > (best?.weight ?? -1)) best = { series: match.series, weight }
  }
  if (best === undefined) throw notFound()
  return best.series
}

/** The first series of the most images; where none has images, the first of the most instances. */
function weightOf({ attributes, derived }: SearchMatch): number {
  const modality = stringOf(attributes.series ?? {}, tags.Modality) ?? ''
  const instances = derived.numberOfSeriesRelatedInstances ?? 0
  return modalitiesWithoutImages.has(modality) ? instances / 1e9 : instances
}
