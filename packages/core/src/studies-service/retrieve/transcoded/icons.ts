import { type Dataset, itemsOf, pixelDescriptionOf, type Tag, tags, transferSyntaxes } from '@sansfilm/dicom'
import { isAboutPixelData } from '../../../adapters/adapter-error.ts'
import { AdapterError, type StoredInstance } from '../../../adapters/index.ts'
import type { Backend } from '../../../backend.ts'
import { measured } from '../../../http/content.ts'
import { decodePreparedMetadata } from '../../prepared-metadata.ts'
import { assertUnchanged, changedMeanwhile } from '../access.ts'
import { bulkDataContent } from '../bulk-data-items.ts'
import { readWhole } from '../whole-content.ts'
import { describePixels } from './new-attributes.ts'

/** What becomes of icons: they are as they were where it is nothing. */
export interface NewIcons {
  /** Where compressed icons are, for an object of which nothing else is made. */
  readonly all: ReadonlySet<Tag>
  readonly replaced: Dataset
  readonly removed: ReadonlySet<Tag>
}

/** Longest codestream of an icon, which is a small picture of the image beside it. */
const maxIconBytes = 1024 * 1024

/**
 * Icons that are compressed in what is stored, decoded: beside any pixel data they may be native (PS3.5 §A.4). They are left
 * out where they do not decode, or have more bulk data than that: nobody is owed an icon.
 * @throws AdapterError `unsupported` where another sequence holds compressed pixel data; `unavailable`
 * @see PS3.3 §C.7.6.1.1.6
 */
export async function newIcons(
  stored: StoredInstance,
  backend: Backend,
  signal: AbortSignal | undefined,
): Promise<NewIcons> {
  const found = await backend.index.bulkData(stored)
  assertUnchanged(found?.stored, stored)
  const nested = found?.ranges.filter(({ path }) => path.includes('/')) ?? []
  const compressed = nested.filter(({ encapsulated }) => encapsulated)
  if (compressed.length === 0) return { all: new Set(), replaced: {}, removed: new Set() }
  const isOfIcon = ({ path }: { readonly path: string }) => path.startsWith(`${tags.IconImageSequence}/`)
  if (!compressed.every(isOfIcon))
    throw new AdapterError('unsupported', 'A sequence holds compressed pixel data of its own')
  const all = new Set([tags.IconImageSequence])
  const leftOut = { all, replaced: {}, removed: all }
  const [range, ...more] = nested.filter(isOfIcon)
  // "Only a single Item is permitted in this Sequence."
  const [icon, ...others] = itemsOf(await datasetOf(stored, backend), tags.IconImageSequence)
  const description = icon && pixelDescriptionOf(icon)
  const { transcoder } = backend
  if (range === undefined || icon === undefined || description === undefined || transcoder === undefined) return leftOut
  if (more.length > 0 || others.length > 0) return leftOut
  const content = await measured(await bulkDataContent(stored, range, backend))
  if (content.length > maxIconBytes) return leftOut
  const bytes = await readWhole(await content.read(), content.length)
  const frame = { transferSyntax: stored.transferSyntax, description, bytes }
  try {
    const native = await transcoder.transcode(frame, ExplicitVRLittleEndian.uid, signal === undefined ? {} : { signal })
    const vr = native.description.bitsAllocated <= 8 ? 'OB' : 'OW'
    const pixels = { vr, InlineBinary: Buffer.from(native.bytes).toString('base64') } as const
    const item = { ...icon, ...describePixels(native.description), [tags.PixelData]: pixels }
    return { all, replaced: { [tags.IconImageSequence]: { vr: 'SQ', Value: [item] } }, removed: new Set() }
  } catch (error) {
    if (isAboutPixelData(error)) return leftOut
    throw error
  }
}

const { ExplicitVRLittleEndian } = transferSyntaxes

async function datasetOf(stored: StoredInstance, { index }: Backend): Promise<Dataset> {
  for await (const { metadata } of index.metadata(stored)) return decodePreparedMetadata(metadata, '')
  throw changedMeanwhile()
}
