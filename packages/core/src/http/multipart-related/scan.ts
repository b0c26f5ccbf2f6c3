/** What was found in a window of bytes: so many bytes of data, then perhaps a delimiter. */
export interface Scan {
  /** Bytes from the start of the window that belong to the part. */
  readonly data: number
  /** The delimiter right after them, where all of it is in the window. */
  readonly delimiter?: { readonly end: number; readonly closing: boolean }
}

/** Transport padding (RFC 2046 §5.1.1) longer than this is taken for data. */
const maxPadding = 1024

const [tab, lineFeed, carriageReturn, space, dash] = [0x09, 0x0a, 0x0d, 0x20, 0x2d]

/**
 * Looks for the next delimiter in `window`. `CRLF--boundary` counts as one only where the rest of its line is padding
 * (or `--` and padding): anything else is data that happens to look alike.
 * @param delimiter CRLF, `--` and the boundary
 * @param ended whether no more bytes will follow those of the window
 */
export function scanForDelimiter(window: Buffer, delimiter: Buffer, ended: boolean): Scan {
  let from = 0
  for (;;) {
    const at = window.indexOf(delimiter, from)
    if (at < 0) return { data: window.length - (ended ? 0 : startedDelimiter(window, delimiter)) }
    const line = readDelimiterLine(window, at + delimiter.length, ended)
    if (line === 'cut off') return { data: at }
    if (line !== 'look-alike') return { data: at, delimiter: line }
    from = at + delimiter.length
  }
}

/** How many bytes at the end of the window could be the start of a delimiter. Its only CR is its first byte. */
function startedDelimiter(window: Buffer, delimiter: Buffer): number {
  const tail = window.subarray(Math.max(0, window.length - delimiter.length + 1))
  const at = tail.lastIndexOf(carriageReturn)
  if (at < 0) return 0
  const started = tail.subarray(at)
  return started.equals(delimiter.subarray(0, started.length)) ? started.length : 0
}

function readDelimiterLine(
  window: Buffer,
  start: number,
  ended: boolean,
): { readonly end: number; readonly closing: boolean } | 'cut off' | 'look-alike' {
  const atEnd = ended ? 'look-alike' : 'cut off'
  let position = start
  const closing = window[position] === dash
  if (closing) {
    if (position + 1 === window.length) return atEnd
    if (window[position + 1] !== dash) return 'look-alike'
    position += 2
  }
  const limit = position + maxPadding
  while (position < limit && (window[position] === space || window[position] === tab)) position++
  // The closing delimiter may be the last thing there is.
  if (position === window.length) return closing && ended ? { end: position, closing } : atEnd
  if (window[position] === carriageReturn) {
    position++
    if (position === window.length) return closing && ended ? { end: position, closing } : atEnd
  }
  return window[position] === lineFeed ? { end: position + 1, closing } : 'look-alike'
}
