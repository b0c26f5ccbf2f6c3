import { wordsOf } from './comparable-values.ts'

/**
 * The words that a key asks for under fuzzy matching: each is the start of a word of the name. Wild cards within stay,
 * those at the end say nothing more.
 * @param name normalized
 */
export function fuzzyWords(name: string): readonly string[] {
  return wordsOf(name)
    .map((word) => word.replace(/\*+$/, ''))
    .filter((word) => word !== '')
}
