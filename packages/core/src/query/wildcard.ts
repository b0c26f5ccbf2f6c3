/**
 * Whether the whole of `text` matches a pattern of `*` (any characters) and `?` (one character). Takes at most as many
 * steps as the product of the two lengths, whatever the pattern.
 * @see PS3.4 §C.2.2.2.4
 * @example matchesWildcard('head ct', 'h*c?') // true
 */
export function matchesWildcard(text: string, pattern: string): boolean {
  const characters = [...text]
  const symbols = [...pattern]
  let at = 0
  let symbol = 0
  let star = -1
  let resume = 0
  while (at < characters.length) {
    if (symbols[symbol] === '*') {
      star = symbol++
      resume = at
    } else if (symbol < symbols.length && (symbols[symbol] === '?' || symbols[symbol] === characters[at])) {
      symbol++
      at++
    } else if (star !== -1) {
      // The last star takes one character more.
      symbol = star + 1
      at = ++resume
    } else return false
  }
  while (symbols[symbol] === '*') symbol++
  return symbol === symbols.length
}

/** Whether a value asks for wild card matching. */
export function hasWildcard(text: string): boolean {
  return /[*?]/.test(text)
}
