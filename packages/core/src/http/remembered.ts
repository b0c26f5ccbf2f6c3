/** Texts that are remembered; when there are more, all are forgotten. */
const maxTexts = 100

/** Longer texts are not worth their memory: nobody sends them twice. */
const maxLength = 500

/** A function of short texts of which few occur, such as header fields, with its results remembered: they must not be changed. */
export function remembered<Result>(parse: (text: string) => Result): (text: string) => Result {
  const results = new Map<string, Result>()
  return (text) => {
    const known = results.get(text)
    if (known !== undefined) return known
    const result = parse(text)
    if (text.length > maxLength) return result
    if (results.size >= maxTexts) results.clear()
    results.set(text, result)
    return result
  }
}
