import { fitText } from '../escape.ts'
import type { Block, Cell, Entry, Page, Span } from './page.ts'

/** A page as text for those who have nothing else, indented by structure. Ends with a notice where it is cut. */
export function formatPlainText(page: Page, maxBytes: number): string {
  const lines = new Lines(maxBytes)
  lines.add(0, page.title)
  lines.add(0, '='.repeat(Math.min(page.title.length, 79)))
  if (page.flags.length > 0) lines.add(0, page.flags.map(({ text }) => text).join(' · '))
  for (const { title, entries } of page.facts) {
    lines.add(0, `\n${title}`)
    writeEntries(lines, entries, 1)
  }
  lines.add(0, '')
  writeEntries(lines, page.notes, 0)
  writeBlocks(lines, page.blocks, 0)
  if (lines.isFull) lines.add(0, '\nThis report is too long to be shown in whole: its end is missing here.')
  lines.add(0, '')
  writeEntries(lines, page.imprint, 0)
  return lines.text
}

class Lines {
  readonly #lines: string[] = []
  readonly #limit: number
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get isFull(): boolean {
    return this.#length > this.#limit
  }

  get text(): string {
    return `${this.#lines.join('\n')}\n`
  }

  add(indent: number, text: string): void {
    const margin = '  '.repeat(indent)
    const line = fitText(text)
      .split('\n')
      .map((each) => (each === '' ? '' : margin + each))
      .join('\n')
    this.#length += Buffer.byteLength(line) + 1
    this.#lines.push(line)
  }
}

function writeBlocks(lines: Lines, blocks: readonly Block[], indent: number): void {
  for (const block of blocks) {
    if (lines.isFull) return
    writeBlock(lines, block, indent)
  }
}

function writeBlock(lines: Lines, block: Block, indent: number): void {
  switch (block.kind) {
    case 'section': {
      const title = plain(block.title)
      if (title !== '')
        lines.add(indent, `\n${title}\n${'-'.repeat(Math.min(title.length, 79 - 2 * Math.min(indent, 20)))}`)
      writeEntries(lines, block.notes, indent)
      writeBlocks(lines, block.blocks, indent === 0 ? 0 : indent + 1)
      return
    }
    case 'paragraph':
      lines.add(indent, plain(block.spans))
      return
    case 'entries':
      writeEntries(lines, block.entries, indent)
      return
    case 'table':
      for (const row of block.rows) {
        if (lines.isFull) return
        writeRow(lines, block.columns, row, indent)
      }
  }
}

/** A row as a small list: columns of unknown width are no table in plain text. */
function writeRow(lines: Lines, columns: readonly (readonly Span[])[], row: readonly Cell[], indent: number): void {
  let bullet = '- '
  row.forEach(({ value, below }, i) => {
    if (value.length === 0 && below.length === 0) return
    lines.add(indent, `${bullet}${plain(columns[i] ?? [])}: ${plain(value).replaceAll('\n', '; ')}`.trimEnd())
    writeBlocks(lines, below, indent + 2)
    bullet = '  '
  })
}

function writeEntries(lines: Lines, entries: readonly Entry[], indent: number): void {
  for (const { name, value, below } of entries) {
    if (lines.isFull) return
    const text = plain(value)
    const label = plain(name)
    if (text.includes('\n')) {
      lines.add(indent, `${label}:`)
      lines.add(indent + 1, text)
    } else {
      lines.add(indent, `${label}: ${text}`.trimEnd())
    }
    writeBlocks(lines, below, indent + 1)
  }
}

function plain(spans: readonly Span[]): string {
  return spans.map(({ text }) => text).join('')
}
