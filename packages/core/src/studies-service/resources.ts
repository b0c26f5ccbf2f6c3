import type { Uid } from '@sansfilm/dicom'

/** What a request's path names, as in the URI templates of PS3.18 §10.4.1. */
export interface Target {
  readonly partition?: string
  readonly study?: Uid
  readonly series?: Uid
  readonly instance?: Uid
  /** `{frames}`: a comma-separated list as it stands in the path, percent-decoded. */
  readonly frames?: string
  /** The rest of the path after `bulkdata/`, percent-decoded. */
  readonly bulkdata?: string
}

/** The partition that has no prefix in URLs. */
export const defaultPartition = 'default'

/** Absolute URL below which a partition's resources lie. */
export function partitionRoot(serviceRoot: string, partition: string): string {
  return partition === defaultPartition ? serviceRoot : `${serviceRoot}/partitions/${encodeURIComponent(partition)}`
}
