import type {
  AddOutcome,
  DerivedAttributes,
  ExtraAttributes,
  FrameLookup,
  InstanceIndex,
  InstanceRecord,
  InstanceScope,
  ObjectKey,
  ObjectLocation,
  Partition,
  Query,
  ResourceState,
  SearchMatch,
  StoredInstance,
} from '@sansfilm/core/adapters'
import { compareCursors, cursorOf, fillAttributes, matchesQuery, positionOf } from '@sansfilm/core/query'
import { type Dataset, lookupTransferSyntax, stringOf, tags, type Uid } from '@sansfilm/dicom'

interface Series {
  readonly uid: Uid
  readonly position: string
  attributes: Dataset
  revision: number
  readonly instances: Map<Uid, Instance>
}

interface Study {
  readonly uid: Uid
  readonly position: string
  attributes: Dataset
  revision: number
  readonly series: Map<Uid, Series>
}

interface Instance extends InstanceRecord {
  readonly position: string
  readonly revision: number
  /** Counts those added; what replaces another takes over its number. */
  readonly number: number
}

/** An instance with the series and study it lies in. */
interface Place {
  readonly study: Study
  readonly series: Series
  readonly record: Instance
}

/**
 * An index that lives as long as the process: the reference of the contract, and a quick start. Every answer is computed
 * from the records with the functions that define the semantics; nothing is faster than a look at everything.
 * @example const dicomweb = createDicomweb({ storage: memoryStorage(), index: memoryIndex() })
 */
export function memoryIndex(): InstanceIndex {
  const partitions = new Map<Partition, Map<Uid, Study>>()
  let revision = Date.now() * 1000
  let extra: ExtraAttributes | undefined
  const facts = new Map<string, string>()
  let added = 0

  const studiesOf = (partition: Partition) => partitions.get(partition) ?? new Map<Uid, Study>()

  function* placesIn({ partition, study, series, instance }: InstanceScope): Iterable<Place> {
    for (const each of pick(studiesOf(partition), study)) {
      for (const within of pick(each.series, series)) {
        for (const record of pick(within.instances, instance)) yield { study: each, series: within, record }
      }
    }
  }

  /** UIDs of instances are unique within their partition. */
  const places = new Map<string, Place>()
  const placeKey = ({ partition, instance }: Pick<InstanceRecord, 'partition' | 'instance'>) =>
    `${partition} ${instance}`

  /** @param replaced what the record takes the place of */
  function insert(record: InstanceRecord, replaced?: Place): void {
    const sameStudy = replaced?.study.uid === record.study
    const sameSeries = sameStudy && replaced.series.uid === record.series
    const studies = partitions.get(record.partition) ?? new Map<Uid, Study>()
    partitions.set(record.partition, studies)
    const study = studies.get(record.study) ?? {
      uid: record.study,
      position: sameStudy ? replaced.study.position : positionOf('study', record),
      attributes: {},
      revision: 0,
      series: new Map(),
    }
    studies.set(record.study, study)
    const series = study.series.get(record.series) ?? {
      uid: record.series,
      position: sameSeries ? replaced.series.position : positionOf('series', record),
      attributes: {},
      revision: 0,
      instances: new Map(),
    }
    study.series.set(record.series, series)
    study.attributes = fillAttributes(study.attributes, record.attributes.study)
    series.attributes = fillAttributes(series.attributes, record.attributes.series)
    study.revision = series.revision = ++revision
    const position = sameSeries ? replaced.record.position : positionOf('instance', record)
    const { positions: _, ...kept } = record
    put({ study, series, record: { ...kept, position, revision, number: replaced?.record.number ?? ++added } })
  }

  function put(place: Place): void {
    place.series.instances.set(place.record.instance, place.record)
    places.set(placeKey(place.record), place)
  }

  function take({ study, series, record }: Place): void {
    places.delete(placeKey(record))
    series.instances.delete(record.instance)
    if (series.instances.size === 0) study.series.delete(series.uid)
    if (study.series.size === 0) studiesOf(record.partition).delete(study.uid)
    study.revision = series.revision = ++revision
  }

  function inOrder(scope: InstanceScope): readonly Place[] {
    const found = [...placesIn(scope)].map((place) => ({ place, cursor: cursorOfPlace(place) }))
    return found.sort((left, right) => compareCursors(left.cursor, right.cursor)).map(({ place }) => place)
  }

  function* matchesOf(query: Query): Iterable<SearchMatch> {
    const found = [...candidatesOf(query, studiesOf(query.partition))]
      .filter((match) => matchesQuery(match, query))
      .filter(({ cursor }) => query.after === undefined || compareCursors(cursor, query.after) > 0)
      .sort((left, right) => compareCursors(left.cursor, right.cursor))
    yield* found.slice(query.offset, query.limit === undefined ? undefined : query.offset + query.limit)
  }

  return {
    async add(record, onConflict): Promise<AddOutcome> {
      const standing = places.get(placeKey(record))
      if (standing === undefined) {
        insert(record)
        return { outcome: 'added' }
      }
      const stored = storedInstance(standing.record)
      const samePlace = stored.study === record.study && stored.series === record.series
      if (samePlace && stored.digest === record.digest) return { outcome: 'identical', stored }
      if (onConflict === 'refuse') return { outcome: 'conflict', stored }
      take(standing)
      insert(record, standing)
      return { outcome: 'replaced', previous: stored }
    },

    async search(query) {
      return { matches: pulled(matchesOf(query)) }
    },

    async count(query, atMost) {
      return Iterator.from(matchesOf(query)).take(atMost).toArray().length
    },

    async state(scope): Promise<ResourceState | undefined> {
      const found = [...placesIn(scope)]
      const [first] = found
      if (first === undefined) return undefined
      const { study, series, record } = first
      const resource = scope.instance !== undefined ? record : scope.series !== undefined ? series : study
      return { revision: String(resource.revision), instances: found.length, bytes: bytesOf(found) }
    },

    instances: (scope) => pulled(inOrder(scope).map(({ record }) => storedInstance(record))),

    metadata: (scope) =>
      pulled(inOrder(scope).map(({ record }) => ({ stored: storedInstance(record), metadata: record.metadata }))),

    async bulkData(scope, path) {
      const [place] = placesIn(scope)
      if (place === undefined) return undefined
      const ranges = place.record.bulkData.filter((range) => path === undefined || range.path === path)
      return { stored: storedInstance(place.record), ranges }
    },

    async frames(scope, blocks): Promise<FrameLookup | undefined> {
      const [place] = placesIn(scope)
      if (place === undefined) return undefined
      const { record } = place
      const found = blocks.flatMap((number): [number, Uint8Array][] => {
        const block = record.frameBlocks[number]
        return block === undefined ? [] : [[number, block]]
      })
      return { stored: storedInstance(record), pixelData: record.pixelData, blocks: new Map(found) }
    },

    async remove(scope) {
      const found = [...placesIn(scope)]
      found.forEach(take)
      return found.map(({ record }) => storedInstance(record))
    },

    async references(keys) {
      const asked = new Set(keys)
      return new Set([...places.values()].flatMap(({ record }) => keysOf(record)).filter((key) => asked.has(key)))
    },

    async instancesIn(keys) {
      const asked = new Set(keys)
      return placesOf(undefined)
        .filter(({ record }) => asked.has(record.location.key))
        .map(({ record }) => storedInstance(record))
    },

    async relocate(stored, location) {
      const place = places.get(placeKey(stored))
      if (place?.record.digest !== stored.digest || !isSameObject(place.record.location, stored.location)) return false
      put({ ...place, record: { ...place.record, location } })
      return true
    },

    all: (partition, after = '0') =>
      pulled(
        placesOf(partition)
          .filter(({ record }) => record.number > Number(after))
          .sort((left, right) => left.record.number - right.record.number)
          .map(({ record }) => ({ ...storedInstance(record), cursor: String(record.number) })),
      ),

    async find(partition, instances) {
      return instances.flatMap((instance) => {
        const place = places.get(placeKey({ partition, instance }))
        return place === undefined ? [] : [storedInstance(place.record)]
      })
    },

    async record(scope) {
      const [place] = placesIn(scope)
      if (place === undefined) return undefined
      const { study, series, record } = place
      const { position, revision: _, number: __, ...kept } = record
      return {
        ...kept,
        attributes: { study: study.attributes, series: series.attributes, instance: record.attributes.instance },
        positions: { study: study.position, series: series.position, instance: position },
      }
    },

    fact: async (name) => facts.get(name),

    async setFact(name, text, onConflict) {
      const stands = onConflict === 'keep' ? (facts.get(name) ?? text) : text
      facts.set(name, stands)
      return stands
    },

    async statistics(partition) {
      const studies = [...studiesOf(partition).values()]
      const instances = placesOf(partition)
      return {
        studies: studies.length,
        series: studies.reduce((sum, { series }) => sum + series.size, 0),
        instances: instances.length,
        bytes: bytesOf(instances),
      }
    },

    async extraAttributes() {
      return extra
    },

    async setAttributes(stored, attributes) {
      const place = places.get(placeKey(stored))
      if (place?.record.digest !== stored.digest) return
      place.study.attributes = fillAttributes(place.study.attributes, attributes.study)
      place.series.attributes = fillAttributes(place.series.attributes, attributes.series)
      put({ ...place, record: { ...place.record, attributes } })
      place.study.revision = place.series.revision = ++revision
    },

    notInflated: () =>
      pulled(
        placesOf(undefined)
          .filter(({ record }) => record.inflated === undefined && isDeflated(record))
          .map(({ record }) => storedInstance(record)),
      ),

    async setInflated(stored, inflated) {
      const place = places.get(placeKey(stored))
      if (place?.record.digest !== stored.digest) return false
      put({ ...place, record: { ...place.record, ...inflated } })
      return true
    },

    async setExtraAttributes(attributes) {
      extra = attributes
    },

    async check() {},

    async close() {},
  }

  function placesOf(partition: Partition | undefined): readonly Place[] {
    return [...places.values()].filter(({ record }) => partition === undefined || record.partition === partition)
  }
}

/** Everything of the query's level and target, with its cursor. */
function* candidatesOf(query: Query, studies: ReadonlyMap<Uid, Study>): Iterable<SearchMatch> {
  for (const study of pick(studies, query.study)) {
    if (query.level === 'study') yield studyMatch(study)
    else {
      for (const series of pick(study.series, query.series)) {
        if (query.level === 'series') yield seriesMatch(study, series)
        else for (const record of series.instances.values()) yield instanceMatch({ study, series, record }, query)
      }
    }
  }
}

function studyMatch(study: Study): SearchMatch {
  return {
    study: study.uid,
    attributes: { study: study.attributes },
    derived: derivedOf(study),
    cursor: cursorOf([study.position]),
  }
}

function seriesMatch(study: Study, series: Series): SearchMatch {
  const above = studyMatch(study)
  return {
    ...above,
    series: series.uid,
    attributes: { ...above.attributes, series: series.attributes },
    derived: {
      ...above.derived,
      numberOfSeriesRelatedInstances: series.instances.size,
      storedAt: newest(series.instances.values()),
    },
    cursor: cursorOf([above.cursor, series.position]),
  }
}

function instanceMatch({ study, series, record }: Place, { withMetadata }: Query): SearchMatch {
  const above = seriesMatch(study, series)
  return {
    ...above,
    instance: record.instance,
    attributes: { ...above.attributes, instance: record.attributes.instance },
    derived: { ...above.derived, availableTransferSyntax: record.transferSyntax, storedAt: record.storedAt },
    cursor: cursorOf([above.cursor, record.position]),
    ...(withMetadata === true && { metadata: record.metadata }),
  }
}

function cursorOfPlace({ study, series, record }: Place): string {
  return cursorOf([study.position, series.position, record.position])
}

function derivedOf({ series }: Study): DerivedAttributes {
  const all = [...series.values()]
  const modalities = all.flatMap(({ attributes }) => stringOf(attributes, tags.Modality) ?? [])
  return {
    modalitiesInStudy: [...new Set(modalities)].sort(),
    numberOfStudyRelatedSeries: all.length,
    numberOfStudyRelatedInstances: all.reduce((sum, { instances }) => sum + instances.size, 0),
    storedAt: newest(all.flatMap(({ instances }) => [...instances.values()])),
  }
}

function newest(records: Iterable<InstanceRecord>): Date {
  return new Date(Math.max(...Array.from(records, ({ storedAt }) => storedAt.getTime())))
}

function bytesOf(places: readonly Place[]): number {
  return places.reduce((sum, { record }) => sum + record.location.length + (record.inflated?.length ?? 0), 0)
}

function keysOf({ location, inflated }: InstanceRecord): readonly ObjectKey[] {
  return inflated === undefined ? [location.key] : [location.key, inflated.key]
}

function isSameObject(one: ObjectLocation, other: ObjectLocation): boolean {
  return one.key === other.key && one.offset === other.offset
}

function isDeflated({ transferSyntax }: InstanceRecord): boolean {
  return lookupTransferSyntax(transferSyntax)?.deflated ?? false
}

/** The one asked for, or all. */
function pick<Item>(items: ReadonlyMap<Uid, Item>, uid: Uid | undefined): readonly Item[] {
  if (uid === undefined) return [...items.values()]
  const item = items.get(uid)
  return item === undefined ? [] : [item]
}

function storedInstance(record: InstanceRecord): StoredInstance {
  const { partition, study, series, instance, sopClass, transferSyntax, location, digest, storedAt, inflated } = record
  return { partition, study, series, instance, sopClass, transferSyntax, location, digest, storedAt, inflated }
}

async function* pulled<Item>(items: Iterable<Item>): AsyncIterable<Item> {
  yield* items
}
