/** What XML 1.0 does not allow in a document, and what C1 controls a browser would take for Windows-1252. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to be replaced
const unfit = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F\uFFFE\uFFFF]/g

const references: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Text as content or as a quoted attribute of HTML, XML and SVG. What those cannot carry is replaced by U+FFFD, so that
 * it is seen that something stood there.
 */
export function escapeMarkup(text: string): string {
  return fitText(text).replace(/[&<>"']/g, (character) => references[character] ?? '')
}

/** Text of characters that every document may hold, with lines ended by `\n`. */
export function fitText(text: string): string {
  return text.toWellFormed().replace(/\r\n?/g, '\n').replace(unfit, '\uFFFD')
}
