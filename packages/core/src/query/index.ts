export { comparableValues, nameWords } from './comparable-values.ts'
export { addDays } from './date-time.ts'
export { derivedAttributesOf, isDerived } from './derived-attributes.ts'
export { fillAttributes } from './fill.ts'
export {
  emptyPath,
  hasEmptyRows,
  isKeyVr,
  isUnambiguous,
  type KeyRow,
  keyPath,
  keyRowsOf,
  keyText,
  keyVr,
  levelKeyRows,
  misplacedPath,
  wordsPath,
} from './key-rows.ts'
export { levels, levelsDownTo } from './levels.ts'
export { type Candidate, matches, matchesQuery, rangeEnd, rangeStart } from './matching.ts'
export { normalizeForMatching } from './normalize.ts'
export { compareCursors, cursorOf, type Days, placeOf, placesWithin, positionOf, positionsOf } from './position.ts'
export { hasWildcard, matchesWildcard } from './wildcard.ts'
