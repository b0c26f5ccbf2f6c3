import { limitOptions } from '../../apps/server/src/options.ts'
import { decodableSyntaxes, encodableSyntaxes } from '../../packages/codecs/src/syntaxes.ts'
import { acceptedPayloads, producedPayloads } from '../../packages/core/src/capabilities/payloads.ts'
import { requestFailures } from '../../packages/core/src/errors.ts'
import { availablePixelDataMediaTypes } from '../../packages/core/src/media-types/available-media-types.ts'
import { compressedMediaTypes, namesOf } from '../../packages/core/src/media-types/dicom-media-types.ts'
import { defaultLimits } from '../../packages/core/src/options.ts'
import { studiesServiceRoutes } from '../../packages/core/src/studies-service/routes.ts'
import { searchAttributesOf } from '../../packages/core/src/studies-service/search-attributes.ts'
import { failureReasons } from '../../packages/core/src/studies-service/store/failure-reason.ts'
import { warningReasons } from '../../packages/core/src/studies-service/store/warning-reason.ts'
import { lookupTag, sopClasses, tagName, tags, transferSyntaxes } from '../../packages/dicom/src/index.ts'
import type { Tables } from './generated-tables.ts'
import type { Table } from './table.ts'

const returnedWhen = {
  always: 'always',
  known: 'where it has a value',
  asked: 'with `includefield`, or as a key',
} as const

/** The tables of docs/conformance-statement.md, each from the table of the code that decides. */
export const conformanceTables: Tables = {
  resources: resourcesTable(),
  'media-types': mediaTypesTable(),
  'compressed-media-types': compressedTable(),
  'transfer-syntaxes': transferSyntaxTable(),
  'refused-sop-classes': refusedClassesTable(),
  'failure-reasons': reasonsTable(failureReasons),
  'warning-reasons': reasonsTable(warningReasons),
  'study-attributes': attributesTable('study'),
  'series-attributes': attributesTable('series'),
  'instance-attributes': attributesTable('instance'),
  limits: limitsTable(),
  'status-codes': statusTable(),
}

function resourcesTable(): Table {
  return {
    header: ['Transaction', 'Resource', 'Method', 'Path', 'PS3.18'],
    rows: studiesServiceRoutes.map(({ transaction, resource, method, template, section }) => [
      capitalized(transaction),
      resource,
      method === 'GET' ? 'GET, HEAD' : method,
      code(template.replace('{+', '{')),
      section === undefined ? 'extension' : `§${section}`,
    ]),
  }
}

function mediaTypesTable(): Table {
  const categories = new Map(studiesServiceRoutes.filter(({ method }) => method === 'GET').map((r) => [r.category, r]))
  const rows = [...categories].map(([category, route]) => [capitalized(category), list(producedPayloads(route))])
  return {
    header: ['Payload', 'Media types, the default first'],
    rows: [['Store request', list(acceptedPayloads)], ...rows],
  }
}

function compressedTable(): Table {
  return {
    header: ['Media type', 'Also asked for as', 'Transfer syntaxes, the default first'],
    rows: compressedMediaTypes.map((row) => [
      code(row.mediaType),
      list(namesOf(row.mediaType).slice(1)),
      row.transferSyntaxes.map(({ name }) => name).join('; '),
    ]),
  }
}

function transferSyntaxTable(): Table {
  return {
    header: ['Transfer Syntax', 'UID', 'Pixel data is sent as', 'Decoded', 'Encoded'],
    rows: Object.values(transferSyntaxes).map(({ uid, name, encapsulated, lossy }) => [
      name,
      uid,
      list([...new Set(availablePixelDataMediaTypes(uid, encapsulated, ['single']).map(({ mediaType }) => mediaType))]),
      decodableSyntaxes.has(uid) ? 'yes' : 'no',
      !encapsulated ? encodedNative(uid) : encodableSyntaxes.has(uid) ? (lossy ? 'with loss' : 'yes') : 'no',
    ]),
  }
}

/** Of native ones, instances are only sent in those of Little Endian. */
function encodedNative(uid: string): string {
  const { ExplicitVRLittleEndian, ImplicitVRLittleEndian } = transferSyntaxes
  return uid === ExplicitVRLittleEndian.uid || uid === ImplicitVRLittleEndian.uid ? 'yes' : 'no'
}

function refusedClassesTable(): Table {
  return {
    header: ['SOP Class', 'UID', 'Why'],
    rows: Object.values(sopClasses)
      .filter(({ kind }) => kind !== 'composite')
      .map(({ name, uid, kind }) => [name, uid, kind === 'directory' ? 'no composite instance' : 'non-patient']),
  }
}

function reasonsTable(reasons: Readonly<Record<string, { readonly code: number; readonly meaning: string }>>): Table {
  return {
    header: ['Code', 'Meaning'],
    rows: Object.values(reasons).map(({ code, meaning }) => [
      `${code.toString(16).toUpperCase().padStart(4, '0')}H (${code})`,
      meaning,
    ]),
  }
}

function attributesTable(level: keyof typeof searchAttributesOf): Table {
  return {
    header: ['Attribute', 'Tag', 'VR', 'Key', 'Returned'],
    rows: searchAttributesOf[level].map(({ tag, matched, returned, derived }) => [
      tagName(tag) + (derived ? ' (derived)' : ''),
      `(${tag.slice(0, 4)},${tag.slice(4)})`,
      lookupTag(tag)?.vr ?? 'UN',
      matched ? 'yes' : tag === tags.TimezoneOffsetFromUTC ? 'time zone of the request' : 'no',
      returnedWhen[returned],
    ]),
  }
}

function limitsTable(): Table {
  const names = Object.keys(defaultLimits) as (keyof typeof defaultLimits)[] // a literal's own keys
  return {
    header: ['Limit', 'Default', 'Library', 'Server'],
    rows: names.map((name) => {
      const { help, default: preset, flags } = limitOptions[name]
      return [help, preset, code(`limits.${name}`), code(flags.split(' ', 1)[0] ?? flags)]
    }),
  }
}

function statusTable(): Table {
  return {
    header: ['Status', 'Code', 'When'],
    rows: Object.entries(requestFailures).map(([name, { status, title }]) => [String(status), code(name), title]),
  }
}

function list(types: readonly string[]): string {
  return types.length === 0 ? 'none' : types.map(code).join(', ')
}

function code(text: string): string {
  return `\`${text}\``
}

function capitalized(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
