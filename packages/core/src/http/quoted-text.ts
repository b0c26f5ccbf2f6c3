/** Splits at `separator` where it does not stand in a quoted string (RFC 9110 §5.6.4). Pieces are trimmed. */
export function splitOutsideQuotes(text: string, separator: string): string[] {
  const pieces: string[] = []
  let start = 0
  let quoted = false
  for (let position = 0; position < text.length; position++) {
    const character = text[position]
    if (character === '"') quoted = !quoted
    else if (quoted && character === '\\') position++
    else if (!quoted && character === separator) {
      pieces.push(text.slice(start, position).trim())
      start = position + 1
    }
  }
  pieces.push(text.slice(start).trim())
  return pieces
}

/** The value of a token or of a quoted string; a quote that is never closed is forgiven. */
export function unquote(text: string): string {
  if (!text.startsWith('"')) return text
  const inner = text.length > 1 && text.endsWith('"') ? text.slice(1, -1) : text.slice(1)
  return inner.replace(/\\(.)/g, '$1')
}

/** A quoted string of `value` (RFC 9110 §5.6.4). */
export function quote(value: string): string {
  return `"${value.replace(/["\\]/g, '\\$&')}"`
}
