export { withMaintenanceLock } from './maintenance-lock.ts'
export type { PostgresIndexOptions } from './options.ts'
export { postgresIndex } from './postgres-index.ts'
export { postgresSchema } from './schema-state.ts'
