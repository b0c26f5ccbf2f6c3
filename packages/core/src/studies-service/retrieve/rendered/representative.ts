import { stringOf, tags } from '@sansfilm/dicom'
import { LRUCache } from 'lru-cache'
import type { InstanceIndex, InstanceScope, Query, SearchMatch } from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import { notFound } from '../access.ts'

/** Modalities of what is said about images, which a series of images goes before. */
const modalitiesWithoutImages: ReadonlySet<string> = new Set([
  'AU', 'ANN', 'DOC', 'ECG', 'EEG', 'EPS', 'HD', 'KO', 'PLAN', 'PR', 'REG', 'RESP', 'RTDOSE', 'RTPLAN', 'RTRECORD',
  'RTSTRUCT', 'RWV', 'SEG', 'SMR', 'SR', 'STAIN', 'TEXTUREMAP',
]) // biome-ignore format: a list of codes

/** Those found last, under the revision of what they stand for, so that none grows stale: two searches took half of a thumbnail. */
const caches = new WeakMap<InstanceIndex, LRUCache<string, Required<InstanceScope>>>()
const maxKnown = 4096

/**
 * The instance that stands for a study or series: the middle one of the series that has the most images, by the order of
 * Search.
 * @throws DicomwebError `not-found`
 * @see PS3.18 §10.4.3.3.4: "The origin server will determine what constitutes a meaningful representation."
 */
export async function representativeOf(scope: InstanceScope, { index }: Backend): Promise<Required<InstanceScope>> {
  const { partition, study, series, instance } = scope
  if (series !== undefined && instance !== undefined) return { partition, study, series, instance }
  const state = await index.state(scope)
  if (state === undefined) throw notFound()
  const known = caches.get(index) ?? new LRUCache<string, Required<InstanceScope>>({ max: maxKnown })
  caches.set(index, known)
  const name = JSON.stringify([partition, study, series, state.revision])
  const found = known.get(name) ?? (await middleInstance(scope, index))
  known.set(name, found)
  return found
}

async function middleInstance(scope: InstanceScope, index: InstanceIndex): Promise<Required<InstanceScope>> {
  const { partition, study } = scope
  const series = scope.series ?? (await representativeSeries(scope, index))
  const instances = await index.state({ partition, study, series })
  if (instances === undefined) throw notFound()
  const offset = Math.floor((instances.instances - 1) / 2)
  const query: Query = { partition, level: 'instance', study, series, conditions: [], offset, limit: 1 }
  for await (const { instance } of (await index.search(query)).matches)
    if (instance !== undefined) return { partition, study, series, instance }
  throw notFound()
}

async function representativeSeries({ partition, study }: InstanceScope, index: InstanceIndex): Promise<string> {
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
