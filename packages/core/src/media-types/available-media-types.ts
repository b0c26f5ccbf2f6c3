import { lookupTransferSyntax, type TransferSyntax, transferSyntaxes, type Uid } from '@sansfilm/dicom'
import type { Packaging } from './acceptable-media-types.ts'
import { compressedMediaTypeOf, compressedMediaTypes, mediaTypes } from './dicom-media-types.ts'
import type { AvailableMediaType } from './selected-media-type.ts'

/** Whether pixel data can be decoded, and encoded in a transfer syntax. */
export type CanTranscode = (target: Uid) => boolean

/** Of a service that has no transcoder. */
export const cannotTranscode: CanTranscode = () => false

const explicitVRLittleEndian = transferSyntaxes.ExplicitVRLittleEndian.uid
const implicitVRLittleEndian = transferSyntaxes.ImplicitVRLittleEndian.uid

const always = { whenUnnamed: 'always' } as const
const onlyNamed = { onlyNamed: true } as const

/** Transfer syntaxes that become Explicit VR Little Endian without a codec. */
const convertible: ReadonlySet<Uid> = new Set(
  [
    transferSyntaxes.ImplicitVRLittleEndian,
    transferSyntaxes.ExplicitVRBigEndian,
    transferSyntaxes.DeflatedExplicitVRLittleEndian,
  ].map(({ uid }) => uid),
)

/**
 * What pixel data can be encoded in when a client names it: without loss first, for among equals a client is given what loses
 * nothing, in the order of Table 8.7.3-5, then what has no media type of its own.
 */
const encapsulatedTargets: readonly TransferSyntax[] = [
  ...compressedMediaTypes.filter((row) => row.of === 'image').flatMap((row) => row.transferSyntaxes),
  transferSyntaxes.EncapsulatedUncompressedExplicitVRLittleEndian,
  transferSyntaxes.DeflatedImageFrameCompression,
].toSorted((a, b) => Number(a.lossy) - Number(b.lossy))

/**
 * What can be sent of an instance stored in a transfer syntax: what is stored, Explicit VR Little Endian, then what clients
 * have to name.
 *
 * A range without a transfer syntax asks for Explicit VR Little Endian, which §8.7.3.4 requires of every server but for lossy
 * pixel data: that is sent as it is stored. Where nothing can decode it, or it is too long to be uncompressed, what is stored
 * is sent as well, and the File Meta Information says what the bytes are (§8.7.9). A transfer syntax that the client names is
 * never replaced.
 * @param packagings in the order of preference
 * @see PS3.18 Table 8.7.3-2
 */
export function availableInstanceMediaTypes(
  transferSyntax: Uid,
  packagings: readonly Packaging[],
  canTranscode: CanTranscode = cannotTranscode,
): readonly AvailableMediaType[] {
  const mediaType = mediaTypes.dicom
  const { lossy = false, encapsulated = false } = lookupTransferSyntax(transferSyntax) ?? {}
  const isConvertible = convertible.has(transferSyntax)
  const canDecode = encapsulated && canTranscode(explicitVRLittleEndian)
  const named = encapsulatedTargets.filter(({ uid }) => uid !== transferSyntax && canTranscode(uid))
  const canBeImplicit =
    transferSyntax !== implicitVRLittleEndian &&
    (isConvertible || canDecode || transferSyntax === explicitVRLittleEndian)
  return packagings.flatMap((packaging): AvailableMediaType[] => {
    const each = { mediaType, packaging }
    return [
      { ...each, transferSyntax, ...(!isConvertible && (lossy || !canDecode) && always) },
      ...(isConvertible ? [{ ...each, transferSyntax: explicitVRLittleEndian, ...always }] : []),
      ...(canDecode ? [{ ...each, transferSyntax: explicitVRLittleEndian, ...always, transcoded: true }] : []),
      // "shall not be used with Web Services" (§8.7.3): not unless a client insists.
      ...(canBeImplicit
        ? [{ ...each, transferSyntax: implicitVRLittleEndian, ...onlyNamed, transcoded: encapsulated }]
        : []),
      ...named.map(({ uid }) => ({ ...each, transferSyntax: uid, ...onlyNamed, transcoded: true })),
    ]
  })
}

/**
 * What can be sent of pixel data. Native pixel data is octets in Explicit VR Little Endian whatever it is stored in
 * (Table 8.7.3-4). Compressed pixel data has its own media type, and is octets for clients that say they take any transfer
 * syntax, or the stored one; where it is lossy, octets without a named transfer syntax mean it too (§8.7.3.3). With a
 * transcoder, octets without one mean Explicit VR Little Endian, and the media types of Table 8.7.3-5 their default.
 * @param packagings of what has one representation a frame, in the order of preference
 * @param wholePackagings of uncompressed pixel data, which may be one representation of all frames
 * @see PS3.18 §8.7.3.3
 */
export function availablePixelDataMediaTypes(
  transferSyntax: Uid,
  encapsulated: boolean,
  packagings: readonly Packaging[],
  canTranscode: CanTranscode = cannotTranscode,
  wholePackagings = packagings,
): readonly AvailableMediaType[] {
  const known = lookupTransferSyntax(transferSyntax)
  const transcoded = packagings.flatMap((packaging) => transcodedForms(transferSyntax, packaging, canTranscode))
  if (!encapsulated || known === transferSyntaxes.EncapsulatedUncompressedExplicitVRLittleEndian)
    return [...availableOctets(wholePackagings), ...transcoded]
  const canDecode = canTranscode(explicitVRLittleEndian)
  const stored = packagings.flatMap((packaging) => storedForms(transferSyntax, packaging, canTranscode, canDecode))
  const decoded = canDecode ? availableOctets(wholePackagings).map((form) => ({ ...form, transcoded: true })) : []
  // What has no media type of its own hardly any viewer decodes (deflated frames): who takes anything is given samples.
  const hasOwnType = compressedMediaTypeOf(transferSyntax) !== undefined
  return hasOwnType ? [...stored, ...decoded, ...transcoded] : [...decoded, ...stored, ...transcoded]
}

/** Compressed pixel data as it is. */
function storedForms(
  transferSyntax: Uid,
  packaging: Packaging,
  canTranscode: CanTranscode,
  canDecode: boolean,
): readonly AvailableMediaType[] {
  const isLossy = lookupTransferSyntax(transferSyntax)?.lossy === true
  const own = compressedMediaTypeOf(transferSyntax)
  const octets = { mediaType: mediaTypes.octetStream, packaging, transferSyntax }
  // Pixel data that has no media type of its own and cannot be decoded can be sent in no other way.
  if (own === undefined) return [{ ...octets, ...((isLossy || !canDecode) && always) }]
  const [preset] = own.transferSyntaxes
  const standsForDefault = isLossy || preset.uid === transferSyntax || !canTranscode(preset.uid)
  return [
    { mediaType: own.mediaType, packaging, transferSyntax, whenUnnamed: standsForDefault ? 'always' : 'wildcard' },
    { ...octets, ...(isLossy && always) },
  ]
}

/** In their own media type and as octets, which not even `*` means: viewers could not tell what they get. */
function transcodedForms(stored: Uid, packaging: Packaging, canTranscode: CanTranscode): readonly AvailableMediaType[] {
  const targets = encapsulatedTargets.filter(({ uid }) => uid !== stored && canTranscode(uid))
  const own = targets.flatMap(({ uid }): AvailableMediaType[] => {
    const row = compressedMediaTypeOf(uid)
    if (row === undefined) return []
    const isDefault = row.transferSyntaxes[0].uid === uid
    return [
      {
        mediaType: row.mediaType,
        packaging,
        transferSyntax: uid,
        transcoded: true,
        ...(isDefault ? always : onlyNamed),
      },
    ]
  })
  const octets = targets.map(({ uid }) => ({
    mediaType: mediaTypes.octetStream,
    packaging,
    transferSyntax: uid,
    transcoded: true,
    ...onlyNamed,
  }))
  return [...own, ...octets]
}

/** Uncompressed octets in little endian order. */
export function availableOctets(packagings: readonly Packaging[]): readonly AvailableMediaType[] {
  return packagings.map((packaging) => ({
    mediaType: mediaTypes.octetStream,
    packaging,
    transferSyntax: explicitVRLittleEndian,
    ...always,
  }))
}
