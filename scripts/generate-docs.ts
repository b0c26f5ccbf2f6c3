/**
 * Writes the tables between `<!-- generated: name -->` and `<!-- end -->` in the documents, from the tables of the code.
 * Run: pnpm generate:docs
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { generatedDocuments } from './docs/generated-documents.ts'
import { writeTables } from './docs/generated-tables.ts'

for (const { file, tables } of generatedDocuments) {
  const path = new URL(`../${file}`, import.meta.url)
  writeFileSync(path, writeTables(readFileSync(path, 'utf8'), tables))
}
