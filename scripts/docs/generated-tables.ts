import { formatTable, parseTable, type Table } from './table.ts'

/** Tables by the name in their markers. */
export type Tables = Readonly<Record<string, Table>>

/** `<!-- generated: name -->`, the table, `<!-- end -->`. */
const marked = /^<!-- generated: ([\w-]+) -->\n([\s\S]*?)^<!-- end -->$/gm

/** The document with its marked tables written anew. @throws Error for a marker that names no table */
export function writeTables(document: string, tables: Tables): string {
  return document.replace(marked, (_, name: string) => {
    const table = tables[name]
    if (table === undefined) throw new Error(`There is no table ${name}; there are ${Object.keys(tables).join(', ')}`)
    return `<!-- generated: ${name} -->\n\n${formatTable(table)}\n\n<!-- end -->`
  })
}

/** The marked tables of a document, as they stand in it. */
export function readTables(document: string): Tables {
  return Object.fromEntries(
    [...document.matchAll(marked)].map(([, name = '', text = '']) => [name, parseTable(text)] as const),
  )
}
