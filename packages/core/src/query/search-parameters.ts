import { DicomwebError } from '../errors.ts'

/** The parameters of PS3.18 Table 8.3.4-1 beside the keys, and `after`, which is our own. */
export type SearchParameter =
  | 'fuzzymatching'
  | 'includefield'
  | 'limit'
  | 'offset'
  | 'after'
  | 'emptyvaluematching'
  | 'multiplevaluematching'

const searchParameters: ReadonlySet<string> = new Set<SearchParameter>([
  'fuzzymatching',
  'includefield',
  'limit',
  'offset',
  'after',
  'emptyvaluematching',
  'multiplevaluematching',
])

/** Parameters of every transaction, which are no keys (PS3.18 §8.3.3). */
const otherParameters: ReadonlySet<string> = new Set(['accept', 'charset'])

/** A query string, its parameters sorted into those with a meaning of their own and the keys. */
export interface SearchParameters {
  /** In order; several where the parameter was repeated. */
  readonly of: (name: SearchParameter) => readonly string[]
  readonly keys: readonly (readonly [name: string, value: string])[]
}

/** Reads a query string, in which `+` is a space as in HTML forms; a plus sign is `%2B`. */
export function readSearchParameters(queryString: string): SearchParameters {
  const all = [...new URLSearchParams(queryString)]
  return {
    of: (name) => all.filter(([each]) => each === name).map(([, value]) => value),
    keys: all.filter(([name]) => name !== '' && !searchParameters.has(name) && !otherParameters.has(name)),
  }
}

/** The value of a parameter that is `true` or `false`. @throws DicomwebError `bad-parameter` */
export function booleanParameter(parameters: SearchParameters, name: SearchParameter): boolean {
  const value = singleParameter(parameters, name)?.toLowerCase()
  if (value === undefined || value === 'false') return false
  if (value === 'true') return true
  throw badParameter(name, 'true or false')
}

/** The value of a parameter that is an unsigned integer. @throws DicomwebError `bad-parameter` */
export function integerParameter(parameters: SearchParameters, name: SearchParameter): number | undefined {
  const value = singleParameter(parameters, name)
  if (value === undefined) return undefined
  if (/^\d{1,15}$/.test(value)) return Number(value)
  throw badParameter(name, 'an unsigned integer')
}

/** The value of a parameter that stands at most once; empty is absent. @throws DicomwebError `bad-parameter` */
export function singleParameter(parameters: SearchParameters, name: SearchParameter): string | undefined {
  const values = parameters.of(name).filter((value) => value !== '')
  if (new Set(values).size > 1) throw badParameter(name, 'one value')
  return values[0]
}

/** The error of a parameter that cannot be used. What came is not repeated: it may be a patient's. */
export function badParameter(name: string, expected: string): DicomwebError {
  return new DicomwebError('bad-parameter', `The query parameter ${name} takes ${expected}.`, {
    members: { parameter: name },
  })
}
