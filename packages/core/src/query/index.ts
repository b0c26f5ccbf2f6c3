export { comparableValues, nameWords } from './comparable-values.ts'
export { addDays } from './date-time.ts'
export { derivedAttributesOf, isDerived } from './derived-attributes.ts'
export { fillAttributes } from './fill.ts'
export {
  isKeyVr,
  isUnambiguous,
  type KeyRow,
  keyPath,
  keyRowsOf,
  keyText,
  keyVr,
  wordsPath,
} from './key-rows.ts'
export { levels, levelsDownTo } from './levels.ts'
export { type Candidate, matches, matchesQuery, rangeEnd, rangeStart } from './matching.ts'
export { normalizeForMatching } from './normalize.ts'
export { compareCursors, cursorOf, positionOf, positionsOf } from './position.ts'
export { hasWildcard, matchesWildcard } from './wildcard.ts'
