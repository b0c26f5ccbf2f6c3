import type { PostgresIndexOptions } from '@sansfilm/index-postgres'
import { OptionError } from './option-values.ts'

/** Where the index lies. */
export type IndexSetting = { readonly kind: 'sqlite' } | DatabaseSetting

export interface DatabaseSetting {
  readonly kind: 'postgres'
  readonly options: PostgresIndexOptions
}

/**
 * `sqlite`, or a database: `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=verify-full&connections=20`. What follows
 * the `?` is as PostgreSQL has it, but for `connections`.
 * @throws OptionError which does not repeat what may be a secret
 */
export function parseIndex(text: string): IndexSetting {
  if (text === 'sqlite') return { kind: 'sqlite' }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^postgres(ql)?:$/.test(url.protocol) || url.pathname.length < 2 || url.hash !== '') {
    throw new OptionError('sqlite or postgres://USER:PASSWORD@HOST:PORT/DATABASE is wanted')
  }
  const connections = url.searchParams.get('connections')
  url.searchParams.delete('connections')
  if (connections === null) return { kind: 'postgres', options: { url: url.href } }
  if (!/^[1-9]\d{0,2}$/.test(connections)) throw new OptionError('connections is a number from 1 to 999')
  return { kind: 'postgres', options: { url: url.href, connections: Number(connections) } }
}

/** For people and logs: without user and password. */
export function nameOfDatabase({ options }: DatabaseSetting): string {
  const { host, pathname, searchParams } = new URL(options.url)
  return `postgres://${searchParams.get('host') ?? host}${pathname}`
}
