import type { Statements } from './statements.ts'

/** Facts share a table with what the index keeps for itself. */
const rowOf = (name: string): string => `fact ${name}`

/** @see InstanceIndex.fact */
export async function readFact(db: Statements, name: string): Promise<string | undefined> {
  const sql = 'SELECT value FROM archive WHERE name = ?'
  return (await db.get<{ readonly value: string }>(sql, rowOf(name)))?.value
}

/** Runs in a transaction. @see InstanceIndex.setFact */
export async function writeFact(
  db: Statements,
  name: string,
  text: string,
  onConflict: 'replace' | 'keep',
): Promise<string> {
  const action = onConflict === 'keep' ? 'NOTHING' : 'UPDATE SET value = excluded.value'
  db.send(`INSERT INTO archive (name, value) VALUES (?, ?) ON CONFLICT (name) DO ${action}`, rowOf(name), text)
  return (await readFact(db, name)) ?? text
}
