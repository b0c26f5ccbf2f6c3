import type { Level, Query } from '@sansfilm/core/adapters'
import type { KeyProbe } from './compile-condition.ts'
import { type CompiledQuery, endsOfPlaces, type Way } from './compile-query.ts'
import type { SearchSource } from './search-source.ts'
import type { Sql } from './sql.ts'
import type { Start } from './tables.ts'

/** A way that was chosen: known from its start, or found step by step. */
export interface ChosenWay {
  readonly start: Start | { readonly texts: TextProbe }
  readonly placed?: Way['placed']
}

/** A probe that the dialect finds in the order of places. */
export type TextProbe = KeyProbe & { readonly reach: { readonly pattern: string } }

/** The statements that together give the rows of a way after a cursor, in order; each takes one more parameter, their number. */
export async function* statementsAlong(
  source: SearchSource,
  { level }: Query,
  { stretches }: CompiledQuery,
  way: ChosenWay,
  { columns, after, counted }: { columns: string; after: string | undefined; counted?: 'counted' },
): AsyncIterable<Sql> {
  for await (const start of startsOf(source, level, way, after)) {
    yield* stretches(columns, { ...way, start }, after, counted)
  }
}

/**
 * Where to start from, again and again: the next studies of a text in the order of their places, so that a page ends as
 * soon as it is full. A step ends between two places, since those of one place are yet to be sorted.
 */
async function* startsOf(
  { read, dialect, pause }: SearchSource,
  level: Level,
  { start, placed }: ChosenWay,
  after: string | undefined,
): AsyncIterable<Start> {
  if (typeof start === 'string' || !('texts' in start)) return yield start
  const { texts } = start
  const ends = endsOfPlaces(placed, after)
  let { from } = ends
  for (let most = level === 'study' ? shortStep : shortestStep; ; ) {
    const studies = dialect.placedAnywhere?.(texts, texts.reach.pattern, { ...ends, from })
    if (studies === undefined) throw new Error('A way along a text was chosen, and there is none')
    const { sql, parameters } = studies
    const found = await read((rows) =>
      rows<{ readonly id: number; readonly place: number }>({ sql, parameters: [...parameters, most] }),
    )
    const isLast = found.length < most
    const next = found.at(-1)?.place
    const whole = isLast ? found : found.filter(({ place }) => place !== next)
    if (whole.length > 0) yield { level: 'study', ids: whole.map(({ id }) => id) }
    if (isLast) return
    from = next
    most = whole.length > 0 ? Math.min(2 * most, longStep) : 4 * most
    await pause()
  }
}

/** Studies of a step; where one place has more, it is read whole. A step down to instances sorts all that its studies have. */
const shortestStep = 4
const shortStep = 64
const longStep = 1_024
