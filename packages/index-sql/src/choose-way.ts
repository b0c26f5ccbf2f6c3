import type { Partition, Query } from '@sansfilm/core/adapters'
import { type Days, misplacedPath } from '@sansfilm/core/query'
import { tags } from '@sansfilm/dicom'
import type { KeyProbe, Probe } from './compile-condition.ts'
import { type CompiledQuery, compileCandidates, keyCandidates, placesOf } from './compile-query.ts'
import { valueLiesIn } from './compile-value.ts'
import type { Dialect } from './dialect.ts'
import type { ReadRows, SearchSource } from './search-source.ts'
import { allOf } from './sql.ts'
import type { ChosenWay, TextProbe } from './steps.ts'

/** What a look at the keys of a query needs. */
interface Look {
  readonly rows: ReadRows
  readonly dialect: Dialect
  readonly partition: Partition
}

/**
 * Chooses the way that passes the fewest rows, by looking how many each key leaves, no further than is worth it:
 * a key that leaves few is where to start; along a single value its matches are read as they are placed, however many
 * there are; and where no key narrows, the order itself soon has what is wanted.
 */
export async function chooseWay(
  { read, dialect }: SearchSource,
  { partition, study }: Query,
  { probes, groups, days }: CompiledQuery,
): Promise<ChosenWay> {
  if (study !== undefined || (probes.length === 0 && groups.length === 0)) return { start: 'in order' }
  return read(async (rows) => {
    const look = { rows, dialect, partition }
    const placed = await placedAt(look, days)
    const [ofKeys, ...ofGroups] = await Promise.all([
      // What is placed at the days that were asked for is a stretch of the order: no need to look for them elsewhere.
      startOf(look, placed === undefined ? probes : probes.filter((probe) => !isStudyDate(probe)), placed),
      ...groups.map((group) => fewestOf(look, group, mostOf(dialect))),
    ])
    return { placed, start: withGroups(dialect, ofKeys, ofGroups) }
  })
}

/**
 * Some of the rows that a key leaves which is looked for within texts, in no order: among them a few matches are soon
 * counted, where the order itself passes all that lies between them. `undefined` where there is no such key.
 */
export async function someRows(
  { read, dialect }: SearchSource,
  { partition }: Query,
  { probes }: CompiledQuery,
): Promise<Few | undefined> {
  const probe = probes.find(isText)
  const candidates = probe && compileCandidates(dialect, probe, partition, false)
  if (probe === undefined || candidates === undefined) return undefined
  const { sql, parameters } = candidates
  const found = await read((rows) => rows<{ readonly id: number }>({ sql, parameters: [...parameters, someMany] }))
  return { level: probe.level, ids: distinct(found), probe }
}

/** Several times the matches that are counted. */
const someMany = 512

/** The same days, where all studies of these days are placed at them. */
async function placedAt({ rows, dialect, partition }: Look, days: Days | undefined): Promise<Days | undefined> {
  if (days === undefined) return undefined
  const place = { level: 'study', path: misplacedPath } as const
  const { sql, parameters } = keyCandidates(partition, place, valueLiesIn(dialect, { type: 'range', ...days }))
  const misplaced = await rows({ sql, parameters: [...parameters, 1] })
  return misplaced.length === 0 ? days : undefined
}

/** What the visible groups leave together, where that is less than what the keys leave. */
function withGroups(
  dialect: Dialect,
  ofKeys: ChosenWay['start'],
  ofGroups: readonly (Few | undefined)[],
): ChosenWay['start'] {
  const known = ofGroups.filter((few) => few !== undefined)
  if (ofGroups.length === 0 || known.length < ofGroups.length) return ofKeys
  const ids = [...new Set(known.flatMap((few) => few.ids))]
  const most = typeof ofKeys === 'object' && 'ids' in ofKeys ? ofKeys.ids.length : mostOf(dialect)
  return ids.length <= most ? { level: 'study', ids } : ofKeys
}

async function startOf(look: Look, probes: readonly Probe[], placed: Days | undefined): Promise<ChosenWay['start']> {
  const { looks } = look.dialect
  const [first, ...others] = probes
  if (first === undefined) return 'in order'
  const only = others.length === 0 ? alongside(look, first) : undefined
  // A text that leaves more than next to nothing is read as it is placed, which costs no more than another look at it.
  const compared = probes.filter((probe) => !isText(probe) || alongside(look, probe) === undefined)
  for (const most of looks) {
    // To read a short stretch costs no more than to look at keys that leave many; those of one value may leave one row.
    if (placed !== undefined && (await isShort(look, placed, Math.max(most, shortStretch)))) {
      return (most === looks[0] ? await fewestOf(look, probes.filter(isOneValue), most) : undefined) ?? 'in order'
    }
    // Nothing is there to compare it with.
    if (only !== undefined && compared.length === 0) return only
    const few = await fewestOf(look, most === looks[0] ? probes : compared, most)
    if (few !== undefined) return (most > looks[0] ? alongside(look, few.probe) : undefined) ?? few
    if (only !== undefined) return only
  }
  const [best] = [...probes.filter(isOneValue), ...probes].flatMap((probe) => alongside(look, probe) ?? [])
  return best ?? 'in order'
}

/** The way along all that a probe leaves, as it is placed, where it can be read so. */
function alongside({ dialect }: Look, probe: Probe): ChosenWay['start'] | undefined {
  if (isOneValue(probe)) return { along: probe }
  return isText(probe) && dialect.placedAnywhere?.(probe, probe.reach.pattern, {}) !== undefined
    ? { texts: probe }
    : undefined
}

/** Studies of a short stretch of days. */
const shortStretch = 128

/** Whether no more studies than that are placed at some days. */
async function isShort({ rows, partition }: Look, placed: Days, most: number): Promise<boolean> {
  const { sql, parameters } = allOf([
    { sql: 'st.partition = ?', parameters: [partition], exact: true },
    placesOf(placed, undefined, false),
  ])
  const stretch = { sql: `SELECT 1 FROM study st WHERE ${sql} LIMIT ?`, parameters: [...parameters, most + 1] }
  return (await rows(stretch)).length <= most
}

/** The last look: what leaves more is not where to start. */
function mostOf({ looks }: Dialect): number {
  return Math.max(...looks)
}

function isStudyDate(probe: Probe): boolean {
  return probe.kind === 'key' && probe.level === 'study' && probe.path === tags.StudyDate
}

function isOneValue(probe: Probe): probe is KeyProbe & { readonly reach: 'one value' } {
  return probe.kind === 'key' && probe.reach === 'one value'
}

function isText(probe: Probe): probe is TextProbe {
  return probe.kind === 'key' && typeof probe.reach === 'object'
}

/** The rows that a probe leaves. */
interface Few {
  readonly level: Probe['level']
  readonly ids: readonly number[]
  readonly probe: Probe
}

/** The rows of the probe that leaves the fewest; `undefined` where all leave too many. */
async function fewestOf(look: Look, probes: readonly Probe[], most: number): Promise<Few | undefined> {
  const found = await Promise.all(probes.map((probe) => rowsOf(look, probe, most)))
  return found.flat().toSorted((left, right) => left.ids.length - right.ids.length)[0]
}

async function rowsOf({ rows, dialect, partition }: Look, probe: Probe, most: number): Promise<readonly Few[]> {
  const candidates = compileCandidates(dialect, probe, partition, most === mostOf(dialect))
  if (candidates === undefined) return []
  const { sql, parameters } = candidates
  const found = await rows<{ readonly id: number }>({ sql, parameters: [...parameters, most + 1] })
  return found.length > most ? [] : [{ level: probe.level, ids: distinct(found), probe }]
}

function distinct(found: readonly { readonly id: number }[]): readonly number[] {
  return [...new Set(found.map(({ id }) => id))]
}
