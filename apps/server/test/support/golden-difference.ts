import { type Attribute, type Dataset, tags, type Value } from '@sansfilm/dicom'
import { type GoldenMetadata, sha256 } from './corpus.ts'

/**
 * Where metadata differs from what independent tools read, as paths with both values; none where it is right.
 * An attribute on which the tools disagree may have any of their answers.
 */
export function differences(golden: GoldenMetadata, actual: Dataset): readonly string[] {
  const expected = golden.consensus ?? golden.pydicomOnly ?? {}
  // The text is in UTF-8 now, and Specific Character Set says so; the goldens of one tool alone have the stored terms.
  const { [tags.SpecificCharacterSet]: _, ...comparable } = expected
  const strict = Object.entries(comparable).flatMap(([tag, attribute]) =>
    attributeDifferences(tag, attribute, actual[tag]),
  )
  const loose = Object.entries(golden.notStrict ?? {}).filter(([path, { why: _, ...answers }]) => {
    const found = attributeAt(actual, path)
    // Every member but the reason is one tool's answer; null where the tool has no such attribute.
    const accepted = Object.values(answers) as readonly (GoldenAttribute | null)[]
    return !accepted.some((attribute) =>
      attribute === null
        ? found === undefined
        : isOpen(attribute) || attributeDifferences(path, attribute, found).length === 0,
    )
  })
  return [
    ...strict,
    ...loose.map(([path]) => `${path}: no tool says ${JSON.stringify(attributeAt(actual, path))?.slice(0, 200)}`),
  ]
}

/** What a tool left as UN may be typed by who knows it (PS3.5 §6.2.2); some long answers the goldens leave out. */
function isOpen(answer: GoldenAttribute): boolean {
  return answer.vr === 'UN' || answer._omitted !== undefined
}

/** By a path as the goldens spell it: `00321064[0].00100010`. */
function attributeAt(dataset: Dataset, path: string): Attribute | undefined {
  const [first = '', ...rest] = path.split('.')
  const [, tag = '', item = '0'] = /^(\w+)(?:\[(\d+)\])?$/.exec(first) ?? []
  const attribute = dataset[tag]
  return rest.length === 0
    ? attribute
    : attributeAt((attribute?.Value?.[Number(item)] ?? {}) as Dataset, rest.join('.')) // a sequence
}

/** Long binary values are given by their digest. */
type GoldenAttribute = Attribute & { readonly BulkSha256?: string; readonly _omitted?: number }

function attributeDifferences(
  path: string,
  expected: GoldenAttribute,
  actual: Attribute | undefined,
): readonly string[] {
  if (actual === undefined) return [`${path}: absent`]
  // Any value may stand behind a URI instead of in the text.
  if (actual.BulkDataURI !== undefined) return []
  if (expected.vr !== actual.vr) return [`${path}: VR ${actual.vr}, not ${expected.vr}`]
  if (expected.BulkSha256 !== undefined) {
    const same = sha256(Buffer.from(actual.InlineBinary ?? '', 'base64')) === expected.BulkSha256
    return same ? [] : [`${path}: other bytes`]
  }
  if ((expected.InlineBinary ?? '') !== (actual.InlineBinary ?? '')) return [`${path}: other InlineBinary`]
  const wanted = expected.Value ?? []
  const found = actual.Value ?? []
  if (wanted.length !== found.length) return [`${path}: ${found.length} values, not ${wanted.length}`]
  // Tools write an empty value among others as "" or null; the standard has null (PS3.18 §F.2.5).
  return wanted.flatMap((value, i) => valueDifferences(`${path}[${i}]`, value === '' ? null : value, found[i] ?? null))
}

function valueDifferences(path: string, expected: Value, actual: Value): readonly string[] {
  if (isDataset(expected) && typeof actual === 'object' && actual !== null) {
    const items = actual as Dataset // a person name is told apart by the expectation
    return Object.entries(expected).flatMap(([tag, attribute]) =>
      attributeDifferences(`${path}.${tag}`, attribute, items[tag]),
    )
  }
  const same =
    typeof expected === 'number'
      ? Number(actual) === expected || Math.fround(Number(actual)) === Math.fround(expected)
      : JSON.stringify(expected) === JSON.stringify(actual)
  return same ? [] : [`${path}: ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`]
}

function isDataset(value: Value): value is Dataset {
  return (
    typeof value === 'object' && value !== null && Object.values(value).every((member) => typeof member === 'object')
  )
}
