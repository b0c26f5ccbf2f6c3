import type { DerivedAttributes, Level, SearchMatch } from '@sansfilm/core/adapters'
import { cursorOf, levelsDownTo } from '@sansfilm/core/query'
import type { Dataset } from '@sansfilm/dicom'

/** What a search reads of the levels down to its own. */
export interface SearchRow {
  readonly st_uid: string
  readonly st_position: string
  readonly st_attributes: string
  readonly st_modalities: string
  readonly st_series: number
  readonly st_instances: number
  readonly st_stored_at: number
  readonly se_uid: string
  readonly se_position: string
  readonly se_attributes: string
  readonly se_instances: number
  readonly se_stored_at: number
  readonly i_id: number
  readonly i_uid: string
  readonly i_position: string
  readonly i_attributes: string
  readonly i_stored_at: number
  readonly i_transfer_syntax: string
  /** Where metadata is asked for and its length is told. */
  readonly metadata_length?: number
}

const columnsOf = {
  study: ['st', 'uid', 'position', 'attributes', 'modalities', 'series', 'instances', 'stored_at'],
  series: ['se', 'uid', 'position', 'attributes', 'instances', 'stored_at'],
  instance: ['i', 'id', 'uid', 'position', 'attributes', 'stored_at', 'transfer_syntax'],
} as const

/** The columns of a `SearchRow` of a level. */
export function searchColumns(level: Level): string {
  return levelsDownTo(level)
    .flatMap((each) => {
      const [alias, ...names] = columnsOf[each]
      return names.map((name) => `${alias}.${name} AS ${alias}_${name}`)
    })
    .join(', ')
}

export function cursorOfRow(level: Level, row: SearchRow): string {
  if (level === 'study') return cursorOf([row.st_position])
  if (level === 'series') return cursorOf([row.st_position, row.se_position])
  return cursorOf([row.st_position, row.se_position, row.i_position])
}

export function matchOf(level: Level, row: SearchRow, parse: AttributesParser): SearchMatch {
  const study: DerivedAttributes = {
    modalitiesInStudy: JSON.parse(row.st_modalities) as string[], // written by setModalities
    numberOfStudyRelatedSeries: row.st_series,
    numberOfStudyRelatedInstances: row.st_instances,
    storedAt: new Date(row.st_stored_at),
  }
  const ofStudy = { study: row.st_uid, cursor: cursorOfRow(level, row) }
  const studyAttributes = parse('study', row.st_attributes)
  if (level === 'study') return { ...ofStudy, attributes: { study: studyAttributes }, derived: study }
  const series = { ...study, numberOfSeriesRelatedInstances: row.se_instances, storedAt: new Date(row.se_stored_at) }
  const ofSeries = { ...ofStudy, series: row.se_uid }
  const seriesAttributes = { study: studyAttributes, series: parse('series', row.se_attributes) }
  if (level === 'series') return { ...ofSeries, attributes: seriesAttributes, derived: series }
  return {
    ...ofSeries,
    instance: row.i_uid,
    attributes: { ...seriesAttributes, instance: parse('instance', row.i_attributes) },
    derived: { ...series, availableTransferSyntax: row.i_transfer_syntax, storedAt: new Date(row.i_stored_at) },
  }
}

export type AttributesParser = (level: Level, attributes: string) => Dataset

/** Rows of one study, and of one series, come one after the other: what they share is parsed once. */
export function attributesParser(): AttributesParser {
  const last: Partial<Record<Level, { readonly text: string; readonly dataset: Dataset }>> = {}
  return (level, text) => {
    const known = last[level]
    if (known?.text === text) return known.dataset
    const dataset = JSON.parse(text) as Dataset // written by fillStudy, fillSeries and writeInstance
    last[level] = { text, dataset }
    return dataset
  }
}
