import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import type Database from 'better-sqlite3'
import { Checkpoints } from './checkpoints.ts'
import { openDatabase } from './open-database.ts'

let folder: string
let file: string
let db: Database.Database
let checkpoints: Checkpoints

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sansfilm-checkpoints-'))
  file = join(folder, 'index.db')
  db = openDatabase({ file })
  db.exec('CREATE TABLE large (name TEXT, bytes BLOB)')
  checkpoints = new Checkpoints(file, db)
})

afterEach(async () => {
  await checkpoints.close()
  db.close()
  rmSync(folder, { recursive: true })
})

/** One commit of about 250 pages, and of so many rows. */
function write(name: string, rows = 2048): void {
  const insert = db.prepare('INSERT INTO large VALUES (?, ?)')
  const bytes = Buffer.alloc(1_000_000 / rows, name)
  db.transaction(() => {
    for (let n = 0; n < rows; n++) insert.run(name, bytes)
  })()
}
const isInDatabase = (name: string) => readFileSync(file).includes(name.repeat(50))

it('leaves the log to grow until enough was written, and then copies it into the database', async () => {
  write('first ', 2047)
  await checkpoints.runWhereDue()
  expect(isInDatabase('first ')).toBe(false)
  write('second', 1)
  await checkpoints.runWhereDue()
  expect(isInDatabase('first ')).toBe(true)
})

it('lets the log begin anew, again and again: it does not grow for ever', async () => {
  write('first ')
  await checkpoints.runWhereDue()
  const { size } = statSync(`${file}-wal`)
  for (let n = 0; n < 20; n++) {
    write(`${n} `)
    await checkpoints.runWhereDue()
  }
  expect(statSync(`${file}-wal`).size).toBeLessThan(size * 2)
  expect(db.prepare('SELECT count(*) FROM large').pluck().get()).toBe(21 * 2048)
})

it('waits for no reader: what one still needs stays in the log', async () => {
  write('first ')
  const reader = openDatabase({ file })
  try {
    reader.exec('BEGIN')
    expect(reader.prepare('SELECT count(*) FROM large').pluck().get()).toBe(2048)
    write('second')
    await checkpoints.runWhereDue()
    expect(isInDatabase('first ')).toBe(true)
    expect(isInDatabase('second')).toBe(false)
    expect(reader.prepare('SELECT count(*) FROM large').pluck().get()).toBe(2048)
  } finally {
    reader.close()
  }
})

it('leaves it to SQLite where there is no thread for it', async () => {
  const nowhere = new Checkpoints(join(folder, 'absent.db'), db)
  write('first ')
  await nowhere.runWhereDue()
  expect(db.pragma('wal_autocheckpoint', { simple: true })).toBe(1000)
  await nowhere.close()
})
