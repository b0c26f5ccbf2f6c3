/**
 * Escapes text for the content or an attribute of an XML element.
 *
 * XML 1.0 §2.2 forbids control characters other than TAB, LF and CR, even as references, and lone surrogates: such a
 * character becomes U+FFFD, so that one bad byte in one value never costs the document. CR is written as a reference,
 * since XML 1.0 §2.11 would read it as LF; TAB and LF too in an attribute (§3.3.3).
 */
export function escapeXml(text: string): string {
  return special.test(text)
    ? text.toWellFormed().replace(specials, (character) => escapes[character] ?? '\uFFFD')
    : text
}

/** As `escapeXml`, for the value of an attribute. */
export function escapeXmlAttribute(text: string): string {
  return escapeXml(text).replace(/[\t\n]/g, (character) => (character === '\t' ? '&#9;' : '&#10;'))
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\r': '&#13;',
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the characters XML forbids
const special = /[\0-\x08\x0B-\x1F&<>"'\uD800-\uDFFF\uFFFE\uFFFF]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above, without the halves of good pairs
const specials = /[\0-\x08\x0B-\x1F&<>"'\uFFFE\uFFFF]/g
