import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { AdapterError, assertObjectKey, type ByteRange, type InstanceStorage } from '@sansfilm/core/adapters'

const pieceLength = 256 * 1024

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL; -- what is committed survives power loss
  CREATE TABLE IF NOT EXISTS object (key TEXT PRIMARY KEY, put TEXT NOT NULL, length INTEGER NOT NULL, modified INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS piece (put TEXT, number INTEGER, bytes BLOB NOT NULL, PRIMARY KEY (put, number));
  CREATE TABLE IF NOT EXISTS loose (put TEXT PRIMARY KEY, since INTEGER NOT NULL); -- puts whose pieces no object has
`

interface ObjectRow {
  readonly key: string
  readonly put: string
  readonly length: number
  readonly modified: number
}

/** Keeps objects as pieces in an SQLite database: an example, and enough for a small archive in one file. */
export function sqliteStorage({ file }: { readonly file: string }): InstanceStorage {
  const database = new DatabaseSync(file)
  database.exec(schema)
  const loosen = database.prepare('INSERT INTO loose VALUES (?, ?)')
  const addPiece = database.prepare('INSERT INTO piece VALUES (?, ?, ?)')
  const addObject = database.prepare('INSERT INTO object VALUES (?, ?, ?, ?)')
  const bind = database.prepare('DELETE FROM loose WHERE put = ?')
  const removePieces = database.prepare('DELETE FROM piece WHERE put = ?')
  const removeObject = database.prepare('DELETE FROM object WHERE key = ?')
  const findObject = database.prepare('SELECT * FROM object WHERE key = ?')
  const findPiece = database.prepare('SELECT bytes FROM piece WHERE put = ? AND number = ?')
  const listFrom = database.prepare('SELECT * FROM object WHERE key >= ? ORDER BY key LIMIT 100')
  const listLoose = database.prepare('SELECT put FROM loose WHERE since < ?')
  const underWay = new Set<string>()

  /** One transaction. What SQLite throws becomes an AdapterError here, and nowhere else. */
  function change<T>(action: () => T): T {
    try {
      database.exec('BEGIN IMMEDIATE')
      const result = action()
      database.exec('COMMIT')
      return result
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK')
      throw adapterError(error)
    }
  }

  const discard = (put: string) =>
    change(() => {
      removePieces.run(put)
      bind.run(put)
    })

  function find(key: string): ObjectRow {
    assertObjectKey(key)
    const row = findObject.get(key) as unknown as ObjectRow | undefined // the columns of the table above
    if (row === undefined) throw new AdapterError('not-found', 'There is no such object')
    return row
  }

  function* piecesOf({ put, length }: ObjectRow, range: ByteRange): Generator<Uint8Array> {
    const end = Math.min(range.offset + range.length, length)
    for (let position = range.offset; position < end; ) {
      const number = Math.floor(position / pieceLength)
      const row = findPiece.get(put, number)
      if (!(row?.bytes instanceof Uint8Array))
        throw new AdapterError('unavailable', 'A piece of the object is not there')
      const start = number * pieceLength
      yield row.bytes.subarray(position - start, end - start)
      position = start + pieceLength
    }
  }

  return {
    async put(key, bytes) {
      assertObjectKey(key)
      const put = randomUUID()
      underWay.add(put)
      try {
        let length = 0
        change(() => loosen.run(put, Date.now()))
        for await (const piece of inPieces(bytes)) {
          change(() => addPiece.run(put, length / pieceLength, piece))
          length += piece.length
        }
        // Until this row is there, nobody sees the object; when it is, all of it is on disk.
        change(() => {
          addObject.run(key, put, length, Date.now())
          bind.run(put)
        })
        return { length }
      } catch (error) {
        discard(put)
        throw error
      } finally {
        underWay.delete(put)
      }
    },

    async get(key, range = { offset: 0, length: Number.MAX_SAFE_INTEGER }) {
      assertRange(range)
      const row = find(key) // rejects before the first byte
      return (async function* () {
        yield* piecesOf(row, range)
      })()
    },

    async read(key, range) {
      assertRange(range)
      return Buffer.concat([...piecesOf(find(key), range)])
    },

    async delete(key) {
      assertObjectKey(key)
      const row = findObject.get(key)
      if (row === undefined) return
      // Gone for everybody; the pieces go with a later sweep, so that who reads them now can go on.
      change(() => {
        removeObject.run(key)
        loosen.run(String(row.put), Date.now())
      })
    },

    async *list(prefix = '') {
      for (let from = prefix; ; ) {
        const rows = listFrom.all(from) as unknown as readonly ObjectRow[] // the columns of the table above
        for (const { key, length, modified } of rows) {
          if (!key.startsWith(prefix)) return
          yield { key, length, modified: new Date(modified) }
          from = `${key}\0`
        }
        if (rows.length === 0) return
      }
    },

    async sweepUnfinished(before) {
      const left = listLoose.all(before.getTime()).map(({ put }) => String(put))
      const abandoned = left.filter((put) => !underWay.has(put))
      for (const put of abandoned) discard(put)
      return { removed: abandoned.length }
    },

    async check() {
      change(() => {
        loosen.run('check', 0)
        bind.run('check')
      })
    },

    async close() {
      database.close()
    },
  }
}

/** Gathers chunks of any size into pieces of one, the last one shorter. Copies: a source may use its memory again. */
async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const piece = new Uint8Array(pieceLength)
  let filled = 0
  for await (const chunk of chunks) {
    for (let taken = 0; taken < chunk.length; ) {
      const part = chunk.subarray(taken, taken + pieceLength - filled)
      piece.set(part, filled)
      taken += part.length
      filled += part.length
      if (filled < pieceLength) continue
      yield piece
      filled = 0
    }
  }
  if (filled > 0) yield piece.subarray(0, filled)
}

function assertRange({ offset, length }: ByteRange): void {
  if (Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0) return
  throw new RangeError(`Not a range of bytes: ${length} from ${offset}`)
}

/** @see https://sqlite.org/rescode.html */
const SQLITE_FULL = 13

function adapterError(cause: unknown): unknown {
  if (!(cause instanceof Error && 'errcode' in cause)) return cause
  const code = cause.errcode === SQLITE_FULL ? 'out-of-resources' : 'unavailable'
  return new AdapterError(code, 'SQLite could not do it', { cause })
}
