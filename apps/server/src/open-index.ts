import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstanceIndex, SchemaState } from '@sansfilm/core/adapters'
import { sqliteIndex, sqliteSchema } from '@sansfilm/index-sqlite'
import type { ArchiveConfig } from './config.ts'
import { StartError } from './start-error.ts'

type IndexConfig = Pick<ArchiveConfig, 'data' | 'index'>

/** Of an index in SQLite. */
export const indexFileIn = (data: string): string => join(data, 'index.sqlite')

/** Patients' data: for nobody else on this machine. */
export async function makeDataFolder(data: string): Promise<void> {
  await mkdir(data, { recursive: true, mode: 0o750 })
}

/**
 * Opens the index, and brings its schema up to date.
 * @throws AdapterError
 */
export async function openIndex({ data, index }: IndexConfig): Promise<InstanceIndex> {
  if (index.kind === 'sqlite') return sqliteIndex({ file: indexFileIn(data) })
  // The driver is loaded by those alone who use it.
  const { postgresIndex } = await import('@sansfilm/index-postgres')
  return postgresIndex(index.options)
}

/**
 * How far the schema of the index has come. Nothing is changed.
 * @throws AdapterError
 */
export async function readSchema({ data, index }: IndexConfig): Promise<SchemaState> {
  if (index.kind === 'sqlite') return sqliteSchema({ file: indexFileIn(data) })
  const { postgresSchema } = await import('@sansfilm/index-postgres')
  return postgresSchema(index.options)
}

/** @throws StartError where the schema is older than this version wants it, and AdapterError */
export async function refuseOldSchema(config: IndexConfig): Promise<void> {
  const { taken, known } = await readSchema(config)
  if (taken >= known) return
  const state = taken === 0 ? 'has no tables yet' : `has schema ${taken}`
  throw new StartError(`The index ${state}, and this version works on schema ${known}. Run \`sansfilm migrate\` first.`)
}
