/** A table of a document: its cells are Markdown. */
export interface Table {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** The table in Markdown, its columns aligned so that no formatter moves them. */
export function formatTable({ header, rows }: Table): string {
  const cells = [header, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')))
  const widths = header.map((_, column) => Math.max(3, ...cells.map((row) => [...(row[column] ?? '')].length)))
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => pad(cell, widths[column] ?? 0)).join(' | ')} |`
  const [first = [], ...others] = cells
  return [line(first), line(widths.map((width) => '-'.repeat(width))), ...others.map(line)].join('\n')
}

/** The cells of a table in Markdown, whatever its padding. */
export function parseTable(text: string): Table {
  const [header = [], , ...rows] = text.trim().split('\n').map(cellsOf)
  return { header, rows }
}

function cellsOf(line: string): readonly string[] {
  return line
    .trim()
    .slice(1, -1)
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'))
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(width - [...cell].length)
}
