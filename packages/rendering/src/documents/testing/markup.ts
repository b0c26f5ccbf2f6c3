import { SaxesParser } from 'saxes'

/** What a parser of XML finds in a document. */
export interface ParsedMarkup {
  /** The texts between tags, trimmed, in order, without those of `style`. Line breaks are `\n`. */
  readonly texts: readonly string[]
  readonly elements: readonly { readonly name: string; readonly attributes: { readonly [name: string]: string } }[]
  readonly depth: number
}

/** Reads a document strictly. @throws Error where it is not well-formed */
export function parseMarkup(document: string): ParsedMarkup {
  const parser = new SaxesParser()
  const texts: string[] = []
  const elements: { name: string; attributes: { [name: string]: string } }[] = []
  const open: string[] = []
  let depth = 0
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    open.push(name)
    depth = Math.max(depth, open.length)
    elements.push({ name, attributes: { ...attributes } })
    // A line break continues the text before it.
    texts.push(name === 'br' ? `${texts.pop() ?? ''}\n` : '')
  })
  parser.on('closetag', ({ name }) => {
    open.pop()
    if (name !== 'br') texts.push('')
  })
  parser.on('text', (text) => {
    if (open.at(-1) !== 'style') texts.push((texts.pop() ?? '') + text)
  })
  parser.write(document).close()
  return { texts: texts.map((text) => text.trim()).filter((text) => text !== ''), elements, depth }
}

/** How often a text stands in another. */
export function countOf(text: string, within: string): number {
  return within.split(text).length - 1
}
