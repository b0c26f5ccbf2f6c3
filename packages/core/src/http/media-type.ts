import { quote, splitOutsideQuotes, unquote } from './quoted-text.ts'

/** One parameter, its name in lower case, its value unquoted and otherwise as it came. */
export type Parameter = readonly [name: string, value: string]

/** A media type or media range with its parameters; repeated parameters are kept. */
export interface MediaType {
  /** Lower case, without parameters: `multipart/related`. */
  readonly type: string
  readonly parameters: readonly Parameter[]
}

const typePattern = /^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+$/

/**
 * Parses a media type, or gives `undefined` where there is none. Values may be unquoted although they hold characters
 * that no token has (`type=application/octet-stream`), as viewers send them; a parameter without a value is left out.
 * @example parseMediaType('multipart/related; type="application/dicom"')
 * @see RFC 9110 §8.3.1
 */
export function parseMediaType(text: string): MediaType | undefined {
  const [first = '', ...rest] = splitOutsideQuotes(text, ';')
  // A plus sign that stood unescaped in a query string (`?accept=application/dicom+json`) has become a space.
  const [major = '', minor = '', ...more] = first.split('/').map((piece) => piece.trim())
  const type = `${major}/${minor.replace(/ (json|xml)$/i, '+$1')}`.toLowerCase()
  if (more.length > 0) return undefined
  if (!typePattern.test(type)) return undefined
  return { type, parameters: rest.flatMap(parseParameter) }
}

function parseParameter(text: string): Parameter[] {
  const equals = text.indexOf('=')
  if (equals < 1) return []
  return [[text.slice(0, equals).trim().toLowerCase(), unquote(text.slice(equals + 1).trim())]]
}

/** The value of the first parameter of this name. */
export function parameterOf(mediaType: MediaType, name: string): string | undefined {
  return mediaType.parameters.find(([each]) => each === name)?.[1]
}

/** The values of all parameters of this name, in order. */
export function parametersOf(mediaType: MediaType, name: string): readonly string[] {
  return mediaType.parameters.filter(([each]) => each === name).map(([, value]) => value)
}

/**
 * Writes a media type. Values that are UIDs, numbers or words stay unquoted, because viewers read `transfer-syntax`
 * without unquoting it; all others, `type` and `boundary` always, are quoted.
 */
export function formatMediaType({ type, parameters }: MediaType): string {
  return [type, ...parameters.map(([name, value]) => `${name}=${formatValue(name, value)}`)].join('; ')
}

function formatValue(name: string, value: string): string {
  return name !== 'boundary' && name !== 'type' && /^[\w.*+-]+$/.test(value) ? value : quote(value)
}
