import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { planCt } from '../../bench/studies/ct.ts'
import type { InstancePlan } from '../../bench/studies/made-instance.ts'
import { planMr } from '../../bench/studies/mr.ts'
import type { InstanceIndex, InstanceStorage } from '../../packages/core/src/adapters/index.ts'
import { createDicomweb } from '../../packages/core/src/index.ts'
import { tags, writePart10Buffer } from '../../packages/dicom/src/index.ts'
import { postgresIndex } from '../../packages/index-postgres/src/index.ts'
import { startTestServer } from '../../packages/index-postgres/src/testing/index.ts'
import { sqliteIndex } from '../../packages/index-sqlite/src/index.ts'
import { memoryStorage } from '../../packages/memory/src/index.ts'

/*
 * How much room an instance takes in an index: headers of the bench's CT and MR go through the service as a store does,
 * into SQLite and PostgreSQL, and the databases are weighed. Pixel data is left out: no index has it.
 * With TMPDIR on a disk in memory it is a matter of a minute; rates are only worth anything on the disk in question.
 *   node --conditions=sansfilm-source scripts/capacity/measure-index.ts 20000 [CT|MR]
 */

const kinds = [
  { name: 'CT, 80 attributes, 500 a study', study: () => planCt(500) },
  { name: 'MR, 45 attributes, 4,000 a study', study: () => planMr(4_000, 1_000) },
] as const

const count = Number(process.argv[2] ?? 50_000)
const concurrency = 32

for (const { name, study } of kinds.filter(({ name }) => name.startsWith(process.argv[3] ?? ''))) {
  await onSqlite(name, study)
  await onPostgres(name, study)
}

async function onSqlite(name: string, study: () => readonly InstancePlan[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sansfilm-capacity-'))
  const file = join(folder, 'index.sqlite')
  const index = sqliteIndex({ file })
  const seconds = await fill(index, study)
  await index.close()
  const { size } = await stat(file)
  console.log(
    `${name}\tSQLite\t${count} instances\t${Math.round(size / count)} B each\t${Math.round(count / seconds)}/s`,
  )
  await rm(folder, { recursive: true })
}

async function onPostgres(name: string, study: () => readonly InstancePlan[]): Promise<void> {
  const server = await startTestServer()
  if (typeof server === 'string') return console.log(server)
  const url = await server.newArchive()
  const index = await postgresIndex({ url })
  const { default: pg } = await import('../../packages/index-postgres/node_modules/pg/esm/index.mjs')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const ask = async (sql: string) => (await client.query(sql)).rows
  const [before] = await ask('SELECT pg_current_wal_lsn() AS lsn')
  const seconds = await fill(index, study)
  const [wal] = await ask(`SELECT pg_current_wal_lsn() - '${before.lsn}' AS bytes`)
  const tables = await ask(
    `SELECT relname AS name, pg_relation_size(oid) AS rows, pg_indexes_size(oid) AS indexes,
       pg_total_relation_size(oid) - pg_relation_size(oid) - pg_indexes_size(oid) AS beside
     FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY 2 DESC`,
  )
  const each = (bytes: unknown) => Math.round(Number(bytes) / count)
  const all = tables.reduce(
    (sum, { rows, indexes, beside }) => sum + Number(rows) + Number(indexes) + Number(beside),
    0,
  )
  console.log(
    `${name}\tPostgreSQL\t${count} instances\t${each(all)} B each\t${Math.round(count / seconds)}/s\t${each(wal.bytes)} B of WAL each`,
  )
  for (const { name: table, rows, indexes, beside } of tables) {
    if (each(Number(rows) + Number(indexes) + Number(beside)) > 0)
      console.log(`\t${table}\trows ${each(rows)}\tindexes ${each(indexes)}\tbeside ${each(beside)}`)
  }
  await client.end()
  await index.close()
  await server.stop()
}

/** @returns seconds */
async function fill(index: InstanceIndex, study: () => readonly InstancePlan[]): Promise<number> {
  const dicomweb = createDicomweb({ index, storage: forgetful() })
  const instances = made(study)
  const began = performance.now()
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let next = instances.next(); !next.done; next = instances.next()) {
        const bytes = next.value
        const { status } = await dicomweb.handle({
          method: 'POST',
          url: '/studies',
          serviceRoot: 'http://localhost',
          headers: { 'content-type': 'application/dicom', accept: 'application/dicom+json' },
          body: (async function* () {
            yield bytes
          })(),
        })
        if (status !== 200) throw new Error(`a store was answered ${status}`)
      }
    }),
  )
  return (performance.now() - began) / 1000
}

function* made(study: () => readonly InstancePlan[]): Generator<Uint8Array, undefined> {
  for (let left = count; left > 0; ) {
    for (const { dataset, transferSyntax } of study()) {
      if (left-- <= 0) return
      const pixels = { [tags.PixelData]: { vr: 'OW', InlineBinary: Buffer.alloc(2_048).toString('base64') } } as const
      yield writePart10Buffer({ dataset: { ...dataset, ...pixels }, transferSyntax })
    }
  }
}

/** Takes bytes and keeps none: the index alone is weighed. */
function forgetful(): InstanceStorage {
  return {
    ...memoryStorage(),
    async put(_, bytes) {
      let length = 0
      for await (const chunk of bytes) length += chunk.length
      return { length }
    },
  }
}
