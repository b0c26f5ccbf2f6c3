/** What comes in, and how it is read. */
export interface Load {
  readonly name: string
  readonly studiesPerWeek: number
  /** Bytes. */
  readonly studyBytes: number
  readonly instanceBytes: number
  /** How much more than its mean the busiest hour brings. */
  readonly peak: number
  /** How often a study is read whole in its first year. */
  readonly readsPerStudy: number
}

/** What one instance costs, and what machines and money do. */
export interface Costs {
  /** Bytes of the database for each instance, with its indexes, metadata, and share of its study and series. */
  readonly indexBytes: number
  /** Bytes of write-ahead log for each. */
  readonly walBytes: number
  /** Pages of the database that one instance touches: an upper bound of what is written at random. */
  readonly pagesPerInstance: number
  /** Bytes of an object that small instances share; an instance above `packedUpTo` is an object of its own. */
  readonly packBytes: number
  readonly packedUpTo: number
  /** Bytes a second that one server process takes in, at most. */
  readonly processBytesPerSecond: number
  /** Bytes that the verification in the background reads in a day. */
  readonly verifyBytesPerDay: number
  /** In one currency: a GB of objects or of database for a month, a thousand PUTs, a thousand GETs. */
  readonly objectGbMonth: number
  readonly databaseGbMonth: number
  readonly thousandPuts: number
  readonly thousandGets: number
}

/** What a year of a load comes to. */
export interface Plan {
  readonly bytesPerSecond: { readonly mean: number; readonly peak: number }
  readonly instancesPerSecond: { readonly mean: number; readonly peak: number }
  readonly bytesPerYear: number
  readonly instancesPerYear: number
  readonly databaseBytesPerYear: number
  readonly walBytesPerDay: number
  readonly pagesPerSecondAtPeak: number
  /** Objects, and so PUTs, with and without sharing. */
  readonly objectsPerYear: { readonly shared: number; readonly single: number }
  readonly getsPerYear: { readonly shared: number; readonly single: number }
  readonly processes: number
  /** Days until everything of one year was verified once. */
  readonly verifyDays: number
  readonly cost: {
    readonly putsPerYear: { readonly shared: number; readonly single: number }
    readonly getsPerYear: { readonly shared: number; readonly single: number }
    /** Objects and database, for a month, at the end of the first year. */
    readonly storageMonth: number
    /** One TB kept for a year, with its rows. */
    readonly terabyteYear: number
    /** One study: its requests, and a year of keeping it. */
    readonly study: number
  }
}

const week = 7 * 86_400
const weeksPerYear = 365 / 7
const GB = 1e9

/** Computes what a load comes to. Bytes and seconds throughout; nothing is rounded but processes. */
export function planFor(load: Load, costs: Costs): Plan {
  const { studiesPerWeek, studyBytes, instanceBytes, peak, readsPerStudy } = load
  const perStudy = studyBytes / instanceBytes
  const bytesPerYear = studiesPerWeek * studyBytes * weeksPerYear
  const instancesPerYear = bytesPerYear / instanceBytes
  const studiesPerYear = studiesPerWeek * weeksPerYear
  const mean = (studiesPerWeek * studyBytes) / week
  const meanInstances = mean / instanceBytes
  const databaseBytesPerYear = instancesPerYear * costs.indexBytes
  const objectsOfStudy = {
    shared: instanceBytes <= costs.packedUpTo ? Math.ceil(studyBytes / costs.packBytes) : perStudy,
    single: perStudy,
  }
  const times = (of: { readonly shared: number; readonly single: number }, by: number) => ({
    shared: of.shared * by,
    single: of.single * by,
  })
  const objectsPerYear = times(objectsOfStudy, studiesPerYear)
  const getsPerYear = times(objectsPerYear, readsPerStudy)
  const puts = times(objectsPerYear, costs.thousandPuts / 1000)
  const gets = times(getsPerYear, costs.thousandGets / 1000)
  const storageMonth = (bytesPerYear * costs.objectGbMonth + databaseBytesPerYear * costs.databaseGbMonth) / GB
  const terabyteYear =
    12 * (1000 * costs.objectGbMonth + (1000 * costs.databaseGbMonth * costs.indexBytes) / instanceBytes)
  return {
    bytesPerSecond: { mean, peak: mean * peak },
    instancesPerSecond: { mean: meanInstances, peak: meanInstances * peak },
    bytesPerYear,
    instancesPerYear,
    databaseBytesPerYear,
    walBytesPerDay: meanInstances * 86_400 * costs.walBytes,
    pagesPerSecondAtPeak: meanInstances * peak * costs.pagesPerInstance,
    objectsPerYear,
    getsPerYear,
    // One more than the load needs: one may be restarted, or lost, at the busiest hour.
    processes: Math.ceil((mean * peak) / costs.processBytesPerSecond) + 1,
    verifyDays: bytesPerYear / costs.verifyBytesPerDay,
    cost: {
      putsPerYear: puts,
      getsPerYear: gets,
      storageMonth,
      terabyteYear,
      study: (puts.shared + gets.shared) / studiesPerYear + (terabyteYear * studyBytes) / 1e12,
    },
  }
}
