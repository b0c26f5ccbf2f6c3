/** A line of text on a page. */
export interface PdfLine {
  readonly text: string
  /** Points. */
  readonly size: number
  readonly bold?: boolean
  /** Space above, points. */
  readonly gap?: number
}

const page = { width: 595, height: 842, margin: 72 }

/**
 * One page of text as a PDF 1.4 file: A4, Helvetica, which every reader has.
 * @param lines in WinAnsi characters, short enough for the page
 */
export function writePdf(lines: readonly PdfLine[]): Buffer {
  const content = contentStream(lines)
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${page.width} ${page.height}] ` +
      '/Resources << /Font << /F1 4 0 R /F2 5 0 R >> >> /Contents 6 0 R >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
  ]
  let file = '%PDF-1.4\n'
  const offsets = objects.map((object, i) => {
    const offset = file.length
    file += `${i + 1} 0 obj\n${object}\nendobj\n`
    return offset
  })
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  return Buffer.from(file + table + trailer, 'latin1')
}

function contentStream(lines: readonly PdfLine[]): string {
  let y = page.height - page.margin
  return lines
    .map(({ text, size, bold = false, gap = 0 }) => {
      y -= gap + size * 1.4
      const escaped = text.replace(/[\\()]/g, (character) => `\\${character}`)
      return `BT /${bold ? 'F2' : 'F1'} ${size} Tf ${page.margin} ${Math.round(y)} Td (${escaped}) Tj ET`
    })
    .join('\n')
}

/** Breaks text into lines of at most `width` characters, between words. */
export function wrapText(text: string, width: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
