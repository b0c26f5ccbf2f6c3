import { type Dataset, type Tag, valuesOf } from '@sansfilm/dicom'
import type { LoadedDataset } from './render-request.ts'

/** A data set, or an item of one, that still finds its bulk data. */
export interface Scope {
  readonly dataset: Dataset
  readonly bulkData: ReadonlyMap<string, Uint8Array>
  /** Tags and item numbers down to it, with a slash at the end; empty at the top. */
  readonly path: string
}

export function scopeOf({ dataset, bulkData }: LoadedDataset): Scope {
  return { dataset, bulkData, path: '' }
}

/** The items of a sequence. */
export function itemScopes({ dataset, bulkData, path }: Scope, tag: Tag): readonly Scope[] {
  return valuesOf(dataset, tag).flatMap((value, i) =>
    isDataset(value) ? [{ dataset: value, bulkData, path: `${path}${tag}/${i + 1}/` }] : [],
  )
}

function isDataset(value: unknown): value is Dataset {
  return typeof value === 'object' && value !== null
}

/** All values that are finite numbers, as numbers. */
export function numbersOf(dataset: Dataset, tag: Tag): readonly number[] {
  return valuesOf(dataset, tag).flatMap((value) => {
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
    return typeof number === 'number' && Number.isFinite(number) ? [number] : []
  })
}

/** The bytes of a binary value, wherever they are kept; `undefined` where there are none. */
export function bytesOf({ dataset, bulkData, path }: Scope, tag: Tag): Uint8Array | undefined {
  const attribute = dataset[tag]
  if (attribute?.InlineBinary !== undefined) return Buffer.from(attribute.InlineBinary, 'base64')
  return attribute === undefined ? undefined : bulkData.get(`${path}${tag}`)
}
