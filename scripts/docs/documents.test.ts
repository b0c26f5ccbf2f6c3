import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { generatedDocuments } from './generated-documents.ts'
import { readTables, writeTables } from './generated-tables.ts'

const root = new URL('../../', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, root), 'utf8')
const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/**/*.md', { cwd: root })]

describe.each(generatedDocuments)('$file', ({ file, tables }) => {
  const written = readTables(read(file))

  // Where one fails: pnpm generate:docs
  test.each(Object.keys(tables))('says of %s what the code does', (name) => {
    expect(written[name]).toEqual(tables[name])
  })

  test('has no table that nothing generates', () => {
    expect(Object.keys(written).filter((name) => !(name in tables))).toEqual([])
  })
})

test('tables are written and read alike, whatever a formatter does to their padding', () => {
  const table = { header: ['a', 'b'], rows: [['x | y', '`z`']] }
  const document = writeTables('<!-- generated: t -->\n<!-- end -->', { t: table })
  expect(readTables(document.replace(/ +\|/g, ' |'))).toEqual({ t: table })
  expect(() => writeTables(document, {})).toThrow('no table t')
})

test.each(documents)('the links of %s lead somewhere', (file) => {
  const base = new URL(file, root)
  const targets = [...read(file).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, target = '']) => target)
  expect(targets.filter((target) => !leadsSomewhere(target, base))).toEqual([])
})

/** Whether there is the file, and in a document the heading that the fragment names. */
function leadsSomewhere(target: string, base: URL): boolean {
  const url = new URL(target, base)
  const fragment = url.hash.slice(1)
  url.hash = ''
  if (!existsSync(url)) return false
  if (fragment === '') return true
  const headings = [...readFileSync(url, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => anchorOf(text))
  return headings.includes(fragment)
}

/** As GitHub and our home page make them. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}
