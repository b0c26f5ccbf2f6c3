import { spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, it } from '@jest/globals'
import { recordOf } from '@sansfilm/adapter-contracts'
import { AdapterError, type InstanceIndex, type InstanceRecord, type StoredInstance } from '@sansfilm/core/adapters'
import { type Dataset, tags, transferSyntaxes } from '@sansfilm/dicom'
import { toBeInflated } from '@sansfilm/index-sql'
import Database from 'better-sqlite3'
import { openDatabase } from './open-database.ts'
import { migrations } from './schema.ts'
import { sqliteIndex } from './sqlite-index.ts'
import { statementsOf } from './statements.ts'
import { writeStudyText } from './study-text.ts'

const folder = mkdtempSync(join(tmpdir(), 'sansfilm-index-'))
const fileCalled = (name: string) => join(folder, `${name}.db`)

/** The table of keys before it had places. */
const keyTable = (level: string): string => `CREATE TABLE ${level}_key (
  partition TEXT NOT NULL, path TEXT NOT NULL, value TEXT NOT NULL, owner INTEGER NOT NULL REFERENCES ${level} ON DELETE CASCADE,
  PRIMARY KEY (partition, path, value, owner)) STRICT, WITHOUT ROWID;`

/** All rows that searches look for, and which studies have which three characters. */
function keyRowsIn(db: Database.Database): readonly { readonly path: string }[] {
  const keys = (level: string) => `SELECT '${level}' AS level, path, value, place, owner FROM ${level}_key`
  db.exec(`CREATE VIRTUAL TABLE temp.terms USING fts5vocab('main', 'study_text', 'instance')`)
  const rows = db.prepare(`${keys('study')} UNION ALL ${keys('series')}
    UNION ALL SELECT 'text', term, '', 0, doc FROM temp.terms ORDER BY 1, 2, 3, 5`)
  const found = rows.all() as { path: string }[] // as selected
  db.exec('DROP TABLE temp.terms')
  return found
}

/** Takes away what the last step made. */
function dropTexts(db: Database.Database): void {
  db.exec(`DROP TRIGGER study_text_goes; DROP TABLE study_text;
    DROP INDEX study_text_row; ALTER TABLE study DROP COLUMN text_row`)
}

async function keysIn(index: InstanceIndex): Promise<string[]> {
  const keys: string[] = []
  for await (const { location } of index.all()) keys.push(location.key)
  return keys
}

async function cursorsIn(
  index: InstanceIndex,
): Promise<readonly { readonly study: string; readonly cursor: string }[]> {
  const { matches } = await index.search({ partition: 'default', level: 'study', conditions: [], offset: 0 })
  const found: { study: string; cursor: string }[] = []
  for await (const { study, cursor } of matches) found.push({ study, cursor })
  return found
}

/** A database of the first version of the schema, as that wrote it. */
function writeSchemaOne(file: string, records: readonly InstanceRecord[]): void {
  const db = new Database(file)
  db.exec(migrations[0] ?? '')
  db.pragma('user_version = 1')
  db.exec(`
    INSERT INTO archive VALUES ('revision', 1);
    INSERT INTO totals VALUES ('default', 1, 1, ${records.length}, 2000);
    INSERT INTO study (id, partition, uid, position, attributes, series, instances, bytes)
      VALUES (1, 'default', '${records[0]?.study}', 'a', '{}', 1, ${records.length}, 2000);
    INSERT INTO series (id, study_id, uid, position, attributes, instances, bytes)
      VALUES (1, 1, '${records[0]?.series}', 'a', '{}', ${records.length}, 2000);
  `)
  const insert = db.prepare(`INSERT INTO instance (series_id, partition, uid, position, sop_class, transfer_syntax,
    object_key, object_offset, object_length, digest, revision, stored_at, attributes)
    VALUES (1, 'default', ?, ?, '1', ?, ?, 0, 1000, ?, 1, 0, '{}')`)
  for (const { instance, transferSyntax, location, digest } of records) {
    insert.run(instance, instance, transferSyntax, location.key, digest)
  }
  db.close()
}

describe('sqliteIndex on its file', () => {
  it('has what it had when it is opened again, and revisions that are new', async () => {
    const file = fileCalled('reopened')
    const first = sqliteIndex({ file })
    const { partition, study, location } = recordOf()
    await first.add(recordOf(), 'refuse')
    const before = await first.state({ partition, study })
    await first.close()
    const second = sqliteIndex({ file })
    expect(await keysIn(second)).toEqual([location.key])
    expect(await second.state({ partition, study })).toEqual(before)
    await second.add(recordOf({ instance: 2 }), 'refuse')
    expect(Number((await second.state({ partition, study }))?.revision)).toBeGreaterThan(Number(before?.revision))
    await second.close()
  })

  it('gives no revision twice, even after a backup was restored', async () => {
    const file = fileCalled('restored')
    const { partition, study } = recordOf()
    const stateAfter = async (path: string, instance: number) => {
      const index = sqliteIndex({ file: path })
      await index.add(recordOf({ instance }), 'refuse')
      const state = await index.state({ partition, study })
      await index.close()
      return state?.revision
    }
    await stateAfter(file, 1)
    const backup = fileCalled('backup')
    copyFileSync(file, backup)
    expect(await stateAfter(backup, 3)).not.toBe(await stateAfter(file, 2))
  })

  it('brings an index of the first schema up to date, with every study in its place', async () => {
    const file = fileCalled('migrated')
    const index = sqliteIndex({ file })
    const june = new Date(Date.UTC(2023, 5, 30, 12))
    const later = new Date(Date.UTC(2024, 0, 1))
    const date = (value: string): Dataset => ({ [tags.StudyDate]: { vr: 'DA', Value: [value] } })
    await index.add(recordOf({ study: 1, studyAttributes: date('20230701') }), 'refuse')
    await index.add(recordOf({ study: 2, storedAt: june }), 'refuse')
    await index.add(recordOf({ study: 2, series: 2, storedAt: later }), 'refuse')
    await index.add(recordOf({ study: 3, studyAttributes: date('20230629') }), 'refuse')
    await index.add(recordOf({ study: 4, studyAttributes: date('garbage'), storedAt: june }), 'refuse')
    const before = await cursorsIn(index)
    await index.close()

    const old = new Database(file)
    const keysBefore = keyRowsIn(old)
    expect(keysBefore.map(({ path }) => path)).toEqual(
      expect.arrayContaining([`${tags.StudyDate}!`, `${tags.StudyDate}>`, `${tags.SeriesDescription}!`]),
    )
    dropTexts(old)
    for (const level of ['study', 'series']) {
      old.exec(`ALTER TABLE ${level}_key RENAME TO placed; ${keyTable(level)}
        INSERT INTO ${level}_key SELECT partition, path, value, owner FROM placed WHERE path NOT GLOB '*[!>]';
        DROP TABLE placed; CREATE INDEX ${level}_key_owner ON ${level}_key (owner, path, value)`)
    }
    // As the first schema had them: without a date, after all that have one.
    old.exec(`UPDATE study SET position = 'z' || substr(position, 9) WHERE uid IN ('2.25.1.2', '2.25.1.4')`)
    old.exec('DROP INDEX instance_inflated; DROP INDEX instance_to_be_inflated')
    for (const column of ['key', 'length', 'digest']) old.exec(`ALTER TABLE instance DROP COLUMN inflated_${column}`)
    old.pragma('user_version = 1')
    old.close()

    const migrated = sqliteIndex({ file })
    expect(await cursorsIn(migrated)).toEqual(before)
    const read = new Database(file)
    expect(keyRowsIn(read)).toEqual(keysBefore)
    read.close()
    expect(before.map(({ study }) => study)).toEqual([1, 2, 4, 3].map((study) => recordOf({ study }).study))
    await migrated.close()
  })

  it('numbers the texts of an index of the schema before by places, with those that share one', async () => {
    const file = fileCalled('texts')
    const index = sqliteIndex({ file })
    const study = (patient: string, date: string): Dataset => ({
      [tags.PatientID]: { vr: 'LO', Value: [patient] },
      [tags.StudyDescription]: { vr: 'LO', Value: ['Head 1'] },
      [tags.StudyDate]: { vr: 'DA', Value: [date] },
    })
    await index.add(recordOf({ study: 1, studyAttributes: study('P0000001', '20230701') }), 'refuse')
    await index.add(recordOf({ study: 2, studyAttributes: study('77', '20230701') }), 'refuse')
    await index.add(recordOf({ study: 3, studyAttributes: study('Q00000', '20230702') }), 'refuse')
    await index.close()
    const old = new Database(file)
    // So that the first two end alike, as ids of an archive of more than 65,536 studies do.
    old.exec(
      'PRAGMA foreign_keys = OFF; UPDATE study SET id = 65537 WHERE id = 2; UPDATE study_key SET owner = 65537 WHERE owner = 2',
    )
    const before = old.prepare('SELECT count(DISTINCT text_row) AS rows FROM study').get()
    expect(before).toEqual({ rows: 2 })
    dropTexts(old)
    old.exec(`
      CREATE VIRTUAL TABLE study_text USING fts5 (
        text, content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
      );
      CREATE TRIGGER study_text_goes AFTER DELETE ON study BEGIN
        DELETE FROM study_text WHERE rowid = old.id;
      END;
      INSERT INTO study_text (rowid, text) SELECT id, 'left over' FROM study`)
    old.pragma(`user_version = ${migrations.length - 1}`)
    old.close()

    sqliteIndex({ file }).close()
    const migrated = new Database(file)
    const asMigrated = keyRowsIn(migrated)
    const db = statementsOf(migrated)
    for (const id of [1, 3, 65_537]) writeStudyText(db, id)
    expect(asMigrated).toEqual(keyRowsIn(migrated))
    const found = (query: string) =>
      migrated.prepare('SELECT count(*) AS texts FROM study_text WHERE study_text MATCH ?').get(query)
    for (const [query, texts] of [
      ['"Hea"', 2],
      ['"P00" AND "0\uE0006"', 1],
      ['"0\uE0005"', 2],
      ['"0\uE0007"', 0],
      ['"lef"', 0],
    ] as const) {
      expect([query, found(query)]).toEqual([query, { texts }])
    }
    migrated.exec('DELETE FROM study WHERE id = 1')
    expect(found('"Hea"')).toEqual({ texts: 2 })
    migrated.exec('DELETE FROM study WHERE id = 65537')
    expect(found('"Hea"')).toEqual({ texts: 1 })
    migrated.close()
  })

  it('keeps what an older version stored, and finds what is to be inflated of it', async () => {
    const file = fileCalled('older')
    const records = [
      recordOf({ instance: 1, transferSyntax: transferSyntaxes.DeflatedExplicitVRLittleEndian.uid, frames: 3 }),
      recordOf({ instance: 2 }),
    ]
    writeSchemaOne(file, records)
    const index = sqliteIndex({ file })
    expect(await keysIn(index)).toEqual(records.map(({ location }) => location.key))
    const toInflate: StoredInstance[] = []
    for await (const stored of index.notInflated()) toInflate.push(stored)
    expect(toInflate.map(({ location, inflated }) => [location, inflated])).toEqual([[records[0]?.location, undefined]])
    expect(await index.statistics('default')).toEqual({ studies: 1, series: 1, instances: 2, bytes: 2_000 })
    const [first] = toInflate
    if (first === undefined) throw new Error('nothing to inflate')
    const inflated = { key: 'default/made.inflated', length: 50, digest: '0' }
    expect(await index.setInflated(first, { inflated, bulkData: [], pixelData: undefined, frameBlocks: [] })).toBe(true)
    expect(await index.statistics('default')).toEqual({ studies: 1, series: 1, instances: 2, bytes: 2_050 })
    await index.close()
  })

  it('takes every deflated transfer syntax for one that is to be inflated, and no other', () => {
    const deflated = Object.values(transferSyntaxes).filter((row) => row.deflated)
    expect(toBeInflated.match(/[0-9.]{9,}/g)).toEqual(deflated.map(({ uid }) => uid))
  })

  it('keeps a log on every open, which SQLite flushes before a checkpoint', () => {
    const file = fileCalled('synchronous')
    for (let open = 0; open < 2; open++) {
      const db = openDatabase({ file })
      expect(db.pragma('synchronous', { simple: true })).toBe(1)
      expect(db.pragma('journal_mode', { simple: true })).toBe('wal')
      db.close()
    }
  })

  it('keeps every acknowledged instance when the process is killed under load', async () => {
    const file = fileCalled('killed')
    const script = `
      import { recordOf } from ${JSON.stringify(import.meta.resolve('@sansfilm/adapter-contracts'))}
      import { sqliteIndex } from ${JSON.stringify(import.meta.resolve('./sqlite-index.ts'))}
      const index = sqliteIndex({ file: ${JSON.stringify(file)} })
      const client = async (series) => {
        for (let instance = 1; ; instance++) {
          const record = recordOf({ series, instance })
          await index.add(record, 'refuse')
          process.stdout.write(record.location.key + '\\n')
        }
      }
      await Promise.all([1, 2, 3, 4].map(client))`
    const options = ['--conditions=sansfilm-source', '--input-type=module', '-e', script]
    const child = spawn(process.execPath, options, { stdio: ['ignore', 'pipe', 'inherit'] })
    const acknowledged: string[] = []
    for await (const line of createInterface(child.stdout)) {
      acknowledged.push(line)
      if (acknowledged.length === 400) child.kill('SIGKILL')
    }
    const index = sqliteIndex({ file })
    const kept = new Set(await keysIn(index))
    // The last line may be cut short; every whole one was acknowledged.
    const whole = acknowledged.slice(0, -1)
    expect(whole.length).toBeGreaterThanOrEqual(399)
    expect(whole.filter((key) => !kept.has(key))).toEqual([])
    expect((await index.statistics('default')).instances).toBe(kept.size)
    await index.close()
  }, 30_000)

  it('refuses what it has no room for, reads on, and takes more when there is room again', async () => {
    const index = sqliteIndex({ file: fileCalled('full'), maxBytes: 400_000 })
    let refusal: unknown
    let added = 0
    while (refusal === undefined) {
      await index.add(recordOf({ study: added, frames: 1_024 }), 'refuse').then(
        () => added++,
        (error) => {
          refusal = error
        },
      )
    }
    expect(refusal).toBeInstanceOf(AdapterError)
    expect(refusal).toMatchObject({ code: 'out-of-resources' })
    expect((await index.statistics('default')).instances).toBe(added)
    expect((await keysIn(index)).length).toBe(added)
    const { partition, study } = recordOf({ study: 1 })
    await index.remove({ partition, study })
    expect((await index.add(recordOf({ study: 1, frames: 1_024 }), 'refuse')).outcome).toBe('added')
    await index.close()
  })

  it('lets one bad record fail alone among those that share its commit', async () => {
    const index = sqliteIndex({ file: fileCalled('isolated') })
    // A value that SQLite cannot bind stands for any fault of one record.
    const bad = { ...recordOf({ instance: 2 }), digest: {} as string }
    const outcomes = await Promise.allSettled([
      index.add(recordOf({ instance: 1 }), 'refuse'),
      index.add(bad, 'refuse'),
      index.add(recordOf({ instance: 3 }), 'refuse'),
    ])
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await index.statistics('default')).instances).toBe(2)
    await index.close()
  })

  it('waits for no other writer for ever: the lock held too long is unavailable', async () => {
    const file = fileCalled('locked')
    const index = sqliteIndex({ file })
    const other = new Database(file)
    other.exec('BEGIN IMMEDIATE')
    await expect(index.add(recordOf(), 'refuse')).rejects.toMatchObject({ code: 'unavailable' })
    other.exec('ROLLBACK')
    other.close()
    expect((await index.add(recordOf(), 'refuse')).outcome).toBe('added')
    await index.close()
  }, 10_000)

  it('does not open what is no database, or a newer one', () => {
    const file = fileCalled('none')
    writeFileSync(file, 'This is a text and certainly no database. '.repeat(100))
    expect(() => sqliteIndex({ file })).toThrow(expect.objectContaining({ code: 'unavailable' }))
    const newer = new Database(fileCalled('newer'))
    newer.pragma(`user_version = ${migrations.length + 1}`)
    newer.close()
    expect(() => sqliteIndex({ file: fileCalled('newer') })).toThrow(/schema/)
  })
})
