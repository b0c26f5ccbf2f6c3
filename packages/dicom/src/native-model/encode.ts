import type { Attribute, Dataset, PersonName, Value } from '../dataset.ts'
import { lookupTag } from '../dictionary/dictionary.ts'
import { isGroupLengthTag, type Tag } from '../tag.ts'
import { escapeXml, escapeXmlAttribute } from './escape.ts'
import { componentGroups, nameComponents, splitName } from './name-components.ts'
import { privateCreatorOf, withoutBlock } from './private-blocks.ts'

/** The namespace of the schema. @see PS3.19 §A.1.6 */
export const nativeModelNamespace = 'http://dicom.nema.org/PS3.19/models/NativeDICOM'

/**
 * Writes a data set as a Native DICOM Model document. Several results are several documents (PS3.18 §F.2.1).
 * Characters that XML 1.0 forbids become U+FFFD.
 * @see PS3.19 §A.1, PS3.18 §F.3.1
 * @example encodeNativeModel({ '00100020': { vr: 'LO', Value: ['4711'] } })
 */
export function encodeNativeModel(dataset: Dataset): string {
  return [...encodeNativeModelPieces(dataset)].join('')
}

/** As `encodeNativeModel`, one piece for each attribute of the data set, for documents too long to hold twice. */
export function* encodeNativeModelPieces(dataset: Dataset): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<NativeDicomModel xmlns="${nativeModelNamespace}" xml:space="preserve">\n`
  yield* encodeAttributes(dataset)
  yield '</NativeDicomModel>\n'
}

function* encodeAttributes(item: Dataset): Generator<string> {
  for (const tag of Object.keys(item).sort()) {
    const attribute = item[tag]
    if (attribute !== undefined && !isGroupLengthTag(tag)) yield encodeAttribute(item, tag, attribute)
  }
}

function encodeAttribute(item: Dataset, tag: Tag, attribute: Attribute): string {
  const creator = privateCreatorOf(item, tag)
  const name = creator === undefined ? keywordAttribute(tag) : ` privateCreator="${escapeXmlAttribute(creator)}"`
  const start = `<DicomAttribute tag="${creator === undefined ? tag : withoutBlock(tag)}" vr="${attribute.vr}"${name}>`
  return `${start}${encodeContent(attribute)}</DicomAttribute>\n`
}

function keywordAttribute(tag: Tag): string {
  // The dictionary marks retired attributes in the keyword; PS3.6 does not.
  const keyword = lookupTag(tag)?.keyword.replace(/^RETIRED_/, '')
  return keyword === undefined ? '' : ` keyword="${keyword}"`
}

function encodeContent({ vr, Value: values, BulkDataURI: uri, InlineBinary: binary }: Attribute): string {
  if (uri !== undefined) return encodeBulkData(uri)
  if (binary !== undefined) return `<InlineBinary>${escapeXml(binary)}</InlineBinary>`
  const encode = vr === 'SQ' ? encodeItem : vr === 'PN' ? encodePersonName : encodeValue
  return (values ?? []).map((value, i) => encode(value, i + 1)).join('')
}

function encodeBulkData(uri: string): string {
  const uuid = /^urn:uuid:(.*)$/i.exec(uri)?.[1]
  return uuid === undefined
    ? `<BulkData uri="${escapeXmlAttribute(uri)}"/>`
    : `<BulkData uuid="${escapeXmlAttribute(uuid)}"/>`
}

/** "Empty 'Value' elements are represented by 'null' entries" (PS3.18 §F.3.1). */
function encodeValue(value: Value, number: number): string {
  return value === null
    ? `<Value number="${number}"/>`
    : `<Value number="${number}">${escapeXml(String(value))}</Value>`
}

function encodeItem(value: Value, number: number): string {
  const item = value as Dataset // values of SQ are items (PS3.18 §F.2.2)
  return `\n<Item number="${number}">\n${[...encodeAttributes(item ?? {})].join('')}</Item>\n`
}

function encodePersonName(value: Value, number: number): string {
  if (value === null) return `<PersonName number="${number}"/>`
  const name = value as PersonName // values of PN are component groups (PS3.18 §F.2.2)
  const groups = componentGroups.map((group) => {
    const text = name[group]
    return text === undefined ? '' : `<${group}>${encodeNameGroup(text)}</${group}>`
  })
  return `<PersonName number="${number}">${groups.join('')}</PersonName>`
}

function encodeNameGroup(text: string): string {
  const parts = splitName(text)
  return parts
    .map((part, i) => {
      // An empty last one stays, for `Doe^` is not `Doe` to everybody.
      if (part === '' && i !== parts.length - 1) return ''
      return `<${nameComponents[i]}>${escapeXml(part)}</${nameComponents[i]}>`
    })
    .join('')
}
