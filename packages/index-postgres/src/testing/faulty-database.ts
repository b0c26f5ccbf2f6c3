import type { FaultyMedium } from '@sansfilm/adapter-contracts'
import type { InstanceIndex } from '@sansfilm/core/adapters'
import pg from 'pg'
import { postgresIndex } from '../postgres-index.ts'
import { startPostgresProxy } from './postgres-proxy.ts'

const fullDisk = `
  CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$`
const namesOfTables = 'SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1'

/** The index in a database, by a way on which packets are lost and torn, and whose tables have no room, when it is told to. */
export async function openFaultyDatabase(url: string): Promise<FaultyMedium<InstanceIndex>> {
  const proxy = await startPostgresProxy(url)
  const index = await postgresIndex({ url: proxy.url })
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(fullDisk)
  const tables = (await client.query<{ name: string }>(namesOfTables)).rows.map(({ name }) => name)
  let hasMet: () => boolean = () => false
  let heal: () => Promise<void> | void = () => {}
  return {
    adapter: index,
    async inject(fault, step) {
      if (fault === 'slow read') {
        const { promise, resolve } = Promise.withResolvers<void>()
        proxy.holdNext(promise)
        hasMet = () => proxy.hasHeld
        heal = resolve
      } else if (fault === 'out of space') {
        // One table after the other: no room is met where a change writes, at any of its statements.
        const table = tables[step - 1]
        if (table !== undefined)
          await client.query(
            `CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE OR DELETE ON ${table} EXECUTE FUNCTION full_disk()`,
          )
        hasMet = () => table !== undefined
        heal = async () => {
          if (table !== undefined) await client.query(`DROP TRIGGER full_disk ON ${table}`)
        }
      } else {
        proxy.loseAt(step, fault === 'torn write' ? 'torn' : 'unanswered')
        let hasLost = false
        hasMet = () => hasLost
        heal = () => {
          hasLost = proxy.hasLost
          proxy.loseAt(0, 'unseen')
        }
      }
    },
    hasMet: () => hasMet(),
    heal: () => heal(),
    reopen: () => postgresIndex({ url }),
    async close() {
      await index.close()
      await client.end()
      await proxy.close()
    },
  }
}
