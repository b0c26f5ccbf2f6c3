import type { Attribute, Dataset, PersonName, Value } from '../dataset.ts'
import { DatasetError } from '../dataset-error.ts'
import { isGroupLengthTag, type Tag, type TagPath } from '../tag.ts'
import { isVR, type VR, vrs } from '../vr.ts'
import { parseSpecialNumber } from './special-numbers.ts'

/** Bounds on a JSON model; its bytes are bounded by whoever parsed it. */
export interface JsonModelLimits {
  /** Sequences within sequences. Default 128. */
  readonly maxDepth: number
}

const defaultLimits: JsonModelLimits = { maxDepth: 128 }

/**
 * Checks that `value`, as `JSON.parse` gave it, is a DICOM JSON Model Object, and returns it in the one form that
 * `Dataset` promises: upper-case tags in ascending order, no group lengths, unknown members left out. IS, DS, SV and UV may be
 * numbers or text (PS3.18 §F.2.3) and stay what they are.
 * @throws DatasetError whose message names the attribute, never its value
 * @see PS3.18 §F.2.2
 * @example decodeJsonModel(JSON.parse('{"00100020":{"vr":"LO","Value":["4711"]}}'))
 */
export function decodeJsonModel(value: unknown, limits: Partial<JsonModelLimits> = {}): Dataset {
  return decodeItem(value, [], { ...defaultLimits, ...limits })
}

function decodeItem(value: unknown, path: TagPath, limits: JsonModelLimits): Dataset {
  if (!isObject(value)) throw malformed(path, 'A data set is an object of tags and attributes')
  const attributes = new Map<Tag, Attribute>()
  for (const [name, member] of Object.entries(value)) {
    const tag = name.toUpperCase()
    if (!/^[0-9A-F]{8}$/.test(tag)) throw malformed(path, 'The data set has a member whose name is no tag')
    if (isGroupLengthTag(tag)) continue
    if (attributes.has(tag)) throw malformed([...path, tag], 'The attribute stands twice in its item')
    attributes.set(tag, decodeAttribute(member, [...path, tag], limits))
  }
  return Object.fromEntries([...attributes].sort(([a], [b]) => (a < b ? -1 : 1)))
}

function decodeAttribute(value: unknown, path: TagPath, limits: JsonModelLimits): Attribute {
  if (!isObject(value)) throw malformed(path, 'An attribute is an object')
  const { vr, Value: values, BulkDataURI: uri, InlineBinary: binary } = value
  if (typeof vr !== 'string' || !isVR(vr)) throw malformed(path, 'The attribute has no right vr')
  // A null stands for nothing, as writers of empty members mean it.
  const present = [values, uri, binary].filter((member) => member !== undefined && member !== null)
  if (present.length > 1) throw malformed(path, 'At most one of Value, BulkDataURI and InlineBinary may be there')
  if (uri !== undefined && uri !== null) return { vr, BulkDataURI: decodeUri(uri, vr, path) }
  if (binary !== undefined && binary !== null) return { vr, InlineBinary: decodeBinary(binary, vr, path) }
  if (values === undefined || values === null) return { vr }
  if (!Array.isArray(values)) throw malformed(path, 'Value is an array')
  // "containing no 'Value'" (PS3.18 §F.2.5) is how an empty attribute is written.
  if (values.length === 0) return { vr }
  return { vr, Value: decodeValues(values, vr, path, limits) }
}

function decodeUri(uri: unknown, vr: VR, path: TagPath): string {
  if (typeof uri !== 'string' || uri === '') throw malformed(path, 'BulkDataURI is not a URI')
  if (vr === 'SQ') throw malformed(path, 'A sequence cannot be bulk data')
  return uri
}

function decodeBinary(binary: unknown, vr: VR, path: TagPath): string {
  if (vr === 'SQ') throw malformed(path, 'A sequence cannot be InlineBinary')
  if (typeof binary !== 'string' || !isBase64(binary)) throw malformed(path, 'InlineBinary is not base64')
  return binary
}

/** Without a regular expression over the whole: texts may be megabytes. */
function isBase64(text: string): boolean {
  const unpadded = text.replace(/={0,2}$/, '')
  return unpadded.length % 4 !== 1 && !/[^A-Za-z0-9+/]/.test(unpadded)
}

function decodeValues(values: readonly unknown[], vr: VR, path: TagPath, limits: JsonModelLimits): readonly Value[] {
  const { json } = vrs[vr]
  switch (json) {
    case 'sequence':
      if (path.length > limits.maxDepth) {
        throw new DatasetError('too-large', path, `Sequences are nested deeper than ${limits.maxDepth}`)
      }
      // "Empty sequence items are represented by empty objects"; some write null.
      return values.map((value) => (value === null ? {} : decodeItem(value, path, limits)))
    case 'person-name':
      return values.map((value) => (value === null ? null : decodePersonName(value, path)))
    case 'number':
      return values.map((value) => (value === null ? null : decodeNumber(value, vr, path)))
    case 'tag':
      return values.map((value) => (value === null ? null : decodeTag(value, path)))
    case 'binary':
      throw malformed(path, `VR ${vr} has InlineBinary or BulkDataURI, not Value`)
    case 'string':
      return values.map((value) => {
        if (value === null || typeof value === 'string') return value
        throw malformed(path, `A value of VR ${vr} is text`)
      })
  }
}

function decodePersonName(value: unknown, path: TagPath): PersonName {
  // Some writers have the Alphabetic group alone, as text.
  if (typeof value === 'string') return { Alphabetic: value }
  if (!isObject(value)) throw malformed(path, 'A person name is an object of component groups')
  return {
    ...decodeGroup(value, 'Alphabetic', path),
    ...decodeGroup(value, 'Ideographic', path),
    ...decodeGroup(value, 'Phonetic', path),
  }
}

function decodeGroup(value: Record<string, unknown>, group: keyof PersonName, path: TagPath): PersonName {
  const text = value[group]
  if (text === undefined || text === null) return {}
  if (typeof text !== 'string') throw malformed(path, `The component group ${group} is text`)
  return { [group]: text }
}

const numberOrText: ReadonlySet<VR> = new Set(['IS', 'DS', 'SV', 'UV'])

function decodeNumber(value: unknown, vr: VR, path: TagPath): number | string {
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (typeof value === 'string') {
    if (numberOrText.has(vr)) return value
    const special = vr === 'FL' || vr === 'FD' ? parseSpecialNumber(value) : undefined
    if (special !== undefined) return special
  }
  throw malformed(path, `A value of VR ${vr} is a number`)
}

function decodeTag(value: unknown, path: TagPath): string {
  if (typeof value === 'string' && /^[0-9A-Fa-f]{8}$/.test(value)) return value.toUpperCase()
  throw malformed(path, 'A value of VR AT is eight hexadecimal digits')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(path: TagPath, message: string): DatasetError {
  return new DatasetError('malformed', path, message)
}
