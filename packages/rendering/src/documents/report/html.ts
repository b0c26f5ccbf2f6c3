import { createHash } from 'node:crypto'
import { escapeMarkup } from '../escape.ts'
import type { Block, Cell, Entry, Page, Span } from './page.ts'
import { reportStyle } from './style.ts'

/** A page allows itself its own style and nothing else: no script, no image, no frame, no form. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(reportStyle).digest('base64')}'; base-uri 'none'; form-action 'none'`

/** The Content-Security-Policy header that a rendered report is to be sent with. */
export const reportContentSecurityPolicy = `${policy}; frame-ancestors 'self'`

/** Longer values are read better below their name than beside it. */
const wideText = 300

/**
 * A page as HTML that is also well-formed XML. What goes beyond `maxBytes` is left out, and the page says so.
 * Patient data stand in the body alone: titles end up in histories and window lists.
 */
export function formatHtml(page: Page, maxBytes: number): string {
  const out = new Markup(maxBytes)
  const language = page.language === undefined ? '' : languageAttributes(page.language)
  out.add(`<main${language}>\n`)
  if (page.notes.length > 0) writeEntries(out, page.notes, 'notes')
  writeBlocks(out, page.blocks, 2)
  out.add('</main>\n')
  const cut = out.isFull
    ? '<p class="cut" role="alert">This report is too long to be shown in whole: its end is missing on this page.</p>\n'
    : ''
  return [
    '<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" lang="en" xml:lang="en">\n<head>\n<meta charset="utf-8"/>\n',
    `<meta http-equiv="Content-Security-Policy" content="${escapeMarkup(policy)}"/>\n`,
    '<meta name="viewport" content="width=device-width, initial-scale=1"/>\n<meta name="referrer" content="no-referrer"/>\n',
    `<title>${escapeMarkup(page.title)}</title>\n<style>${reportStyle}</style>\n</head>\n<body>\n`,
    formatHeader(page),
    cut,
    out.text,
    cut,
    formatFooter(page.imprint),
    '</body>\n</html>\n',
  ].join('')
}

/** Collects markup up to a limit, after which callers leave out whole blocks. */
class Markup {
  readonly #parts: string[] = []
  readonly #limit: number
  #length = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  get isFull(): boolean {
    return this.#length > this.#limit
  }

  get text(): string {
    return this.#parts.join('')
  }

  add(markup: string): void {
    this.#length += Buffer.byteLength(markup)
    this.#parts.push(markup)
  }
}

function formatHeader({ title, language, flags, facts }: Page): string {
  const out = new Markup(Number.POSITIVE_INFINITY)
  const titleLanguage = language === undefined ? '' : languageAttributes(language)
  out.add(`<header>\n<div class="head"><h1${titleLanguage}>${escapeMarkup(title)}</h1>\n`)
  const items = flags.map(({ text, warn }) => `<li${warn ? ' class="warn"' : ''}>${text}</li>`)
  out.add(items.length === 0 ? '</div>\n' : `<ul class="flags">${items.join('')}</ul></div>\n`)
  if (facts.length > 0) out.add('<div class="facts">\n')
  for (const group of facts) {
    out.add(`<div>\n<h2>${group.title}</h2>\n`)
    writeEntries(out, group.entries, 'entries')
    out.add('</div>\n')
  }
  out.add(facts.length > 0 ? '</div>\n</header>\n' : '</header>\n')
  return out.text
}

function formatFooter(imprint: readonly Entry[]): string {
  const lines = imprint.map(({ name, value }) => `${formatSpans(name)}: ${formatSpans(value)}`)
  return `<footer>${lines.join('<br/>')}</footer>\n`
}

function writeBlocks(out: Markup, blocks: readonly Block[], level: number): void {
  for (const block of blocks) {
    if (out.isFull) return
    writeBlock(out, block, level)
  }
}

function writeBlock(out: Markup, block: Block, level: number): void {
  switch (block.kind) {
    case 'section': {
      const id = block.anchor === undefined ? '' : ` id="${block.anchor}"`
      const heading = `h${Math.min(level, 6)}`
      out.add(`<section${id}${block.language === undefined ? '' : languageAttributes(block.language)}>\n`)
      if (block.title.length > 0) out.add(`<${heading}>${formatSpans(block.title)}</${heading}>\n`)
      if (block.notes.length > 0) writeEntries(out, block.notes, 'notes')
      writeBlocks(out, block.blocks, level + 1)
      out.add('</section>\n')
      return
    }
    case 'paragraph':
      out.add(`<p dir="auto">${formatSpans(block.spans)}</p>\n`)
      return
    case 'entries':
      writeEntries(out, block.entries, 'entries')
      return
    case 'table':
      writeTable(out, block.columns, block.rows)
  }
}

function writeEntries(out: Markup, entries: readonly Entry[], style: 'entries' | 'notes'): void {
  out.add(`<dl class="${style}">\n`)
  for (const { name, value, below, anchor } of entries) {
    if (out.isFull) break
    const long = value.some(({ text }) => text.length > wideText || text.includes('\n'))
    const wide = long || (style === 'notes' && below.length > 0) ? ' class="wide"' : ''
    out.add(`<div${anchor === undefined ? '' : ` id="${anchor}"`}${wide}><dt>${formatSpans(name)}</dt><dd dir="auto">`)
    out.add(formatSpans(value))
    writeBlocks(out, below, 6)
    out.add('</dd></div>\n')
  }
  out.add('</dl>\n')
}

function writeTable(out: Markup, columns: readonly (readonly Span[])[], rows: readonly (readonly Cell[])[]): void {
  const head = columns.map((column) => `<th scope="col">${formatSpans(column)}</th>`)
  out.add(`<div class="scroll"><table>\n<thead><tr>${head.join('')}</tr></thead>\n<tbody>\n`)
  for (const row of rows) {
    if (out.isFull) break
    out.add('<tr>')
    for (const { value, below, numeric } of row) {
      const style = numeric === true ? ' class="number"' : below.length > 0 ? ' class="details"' : ''
      out.add(`<td${style} dir="auto">${formatSpans(value)}`)
      writeBlocks(out, below, 6)
      out.add('</td>')
    }
    out.add('</tr>\n')
  }
  out.add('</tbody>\n</table></div>\n')
}

function formatSpans(spans: readonly Span[]): string {
  return spans.map(formatSpan).join('')
}

function formatSpan({ text, hint, href, muted }: Span): string {
  const content = escapeMarkup(text).replaceAll('\n', '<br/>')
  const title = hint === undefined ? '' : ` title="${escapeMarkup(hint)}"`
  if (href !== undefined) return `<a href="${escapeMarkup(href)}"${title}>${content}</a>`
  if (muted === true) return `<span class="soft"${title}>${content}</span>`
  // Spaces of typewritten reports are kept where there are any to keep.
  const style = /\n| {2}/.test(text) ? ' class="text"' : ''
  return style === '' && title === '' ? content : `<span${style}${title}>${content}</span>`
}

const rightToLeft = /^(ar|fa|he|iw|ps|sd|ug|ur|yi)(-|$)/i

function languageAttributes(language: string): string {
  return ` lang="${language}" xml:lang="${language}"${rightToLeft.test(language) ? ' dir="rtl"' : ''}`
}
