import type { Statements } from './statements.ts'

/** Facts share a table with what the index keeps for itself. */
const rowOf = (name: string): string => `fact ${name}`

/** @see InstanceIndex.fact */
export function readFact(db: Statements, name: string): string | undefined {
  return db.get<{ readonly value: string }>('SELECT value FROM archive WHERE name = ?', rowOf(name))?.value
}

/** Runs in a transaction. @see InstanceIndex.setFact */
export function writeFact(db: Statements, name: string, text: string, onConflict: 'replace' | 'keep'): string {
  const action = onConflict === 'keep' ? 'NOTHING' : 'UPDATE SET value = excluded.value'
  db.run(`INSERT INTO archive (name, value) VALUES (?, ?) ON CONFLICT DO ${action}`, rowOf(name), text)
  return readFact(db, name) ?? text
}
