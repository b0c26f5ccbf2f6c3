// Draws every image of the corpus that SANSFILM_CORPUS names, small, into docs/images/contact-sheet.png: to be looked at
// after a change of the renderer. Run by `pnpm contact-sheet`.
import { writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { corpusFiles, readCorpusFile } from '../packages/dicom/src/testing/corpus.ts'
import { drawContactSheet } from '../packages/rendering/src/testing/contact-sheet.ts'

// Two dozen slices of one series, and the same picture for every character set, show nothing more than one of them.
const alike = /\/(tiny-alpha-(?!im000000)|charset-(?!arabic)|pcir-\d+-mr)/
const files = corpusFiles('files').filter((file) => !alike.test(file))
const entries = files.map((file) => ({ name: basename(file, '.dcm'), bytes: readCorpusFile(file) }))
const sheet = await drawContactSheet(entries)
writeFileSync(new URL('../docs/images/contact-sheet.png', import.meta.url), sheet)
process.stdout.write(`${entries.length} files, ${sheet.length} bytes\n`)
