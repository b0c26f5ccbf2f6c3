import type { Get } from '../servers/server.ts'

/** How viewers ask (PS3.18 §8.7.3, and OHIF's own spelling). */
export const accepts = {
  json: 'application/dicom+json',
  dicom: 'multipart/related; type="application/dicom"; transfer-syntax=*',
  frame: 'multipart/related; type="application/octet-stream"; transfer-syntax=*',
  jpeg: 'image/jpeg',
} as const

interface InstanceUids {
  readonly study: string
  readonly series: string
  readonly instance: string
}

export const seriesPath = ({ study, series }: InstanceUids): string => `/studies/${study}/series/${series}`
export const instancePath = (uids: InstanceUids): string => `${seriesPath(uids)}/instances/${uids.instance}`

/** Frames are numbered from 1. */
export const getFrames = (uids: InstanceUids, ...numbers: readonly number[]): Get => ({
  path: `${instancePath(uids)}/frames/${numbers.join(',')}`,
  accept: accepts.frame,
})

export const getInstance = (uids: InstanceUids): Get => ({ path: instancePath(uids), accept: accepts.dicom })

/** The study list as OHIF asks for it. */
export const studyList = (filter: string): Get => ({
  path: `/studies?${filter}&limit=101&offset=0&fuzzymatching=false&includefield=00081030,00080060,00080090,00100030`,
  accept: accepts.json,
})

/** The first of some that are not none. */
export function first<T>(values: readonly T[]): T {
  const [value] = values
  if (value === undefined) throw new Error('There is none')
  return value
}
