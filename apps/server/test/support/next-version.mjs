// Loaded before the server, it makes it one of a later version: with a step of the schema that nobody knows yet, such as a
// column that old programs leave alone. All else is the present version.
import { registerHooks } from 'node:module'

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context)
    if (!/\/index-postgres\/(src|dist)\/schema\.[tj]s$/.test(url)) return loaded
    const released = 'export const migrations'
    const source = String(loaded.source)
    if (!source.includes(released)) throw new Error(`${url} has no ${released}`)
    return {
      ...loaded,
      source: `${source.replace(released, 'const released')}
export const migrations = [
  ...released,
  { since: released.length, sql: 'ALTER TABLE study ADD COLUMN next_version text' },
]
`,
    }
  },
})
