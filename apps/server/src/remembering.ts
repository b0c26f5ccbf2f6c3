/**
 * Asks once for all who ask at the same time, and remembers the answer.
 * @param find never rejects
 * @param holdsMs for how long an answer is good, in milliseconds
 */
export function remembering<Found>(
  find: () => Promise<Found>,
  holdsMs: (found: Found) => number,
): () => Promise<Found> {
  let remembered: Promise<Found> | undefined
  let until = Number.POSITIVE_INFINITY
  return () => {
    if (remembered === undefined || performance.now() >= until) {
      until = Number.POSITIVE_INFINITY // while it is looked for
      remembered = find().then((found) => {
        until = performance.now() + holdsMs(found)
        return found
      })
    }
    return remembered
  }
}
