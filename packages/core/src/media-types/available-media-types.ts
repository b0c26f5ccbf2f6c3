import { lookupTransferSyntax, transferSyntaxes, type Uid } from '@sansfilm/dicom'
import type { Packaging } from './acceptable-media-types.ts'
import { compressedMediaTypeOf, mediaTypes } from './dicom-media-types.ts'
import type { AvailableMediaType } from './selected-media-type.ts'

const explicitVRLittleEndian = transferSyntaxes.ExplicitVRLittleEndian.uid

/** Transfer syntaxes that become Explicit VR Little Endian without a codec. */
const convertible: ReadonlySet<Uid> = new Set(
  [
    transferSyntaxes.ImplicitVRLittleEndian,
    transferSyntaxes.ExplicitVRBigEndian,
    transferSyntaxes.DeflatedExplicitVRLittleEndian,
  ].map(({ uid }) => uid),
)

/**
 * What can be sent of an instance stored in a transfer syntax: what is stored, then Explicit VR Little Endian where no
 * codec is needed.
 *
 * A range without a transfer syntax asks for Explicit VR Little Endian (§8.7.3.4). Where only a decoder could make that,
 * what is stored is sent: for lossy pixel data §8.7.3.4 permits it; for lossless it does not, but it allows no refusal
 * either, every server having to support this media type (§10.4.4), and the File Meta Information says what the bytes are
 * (§8.7.9). A transfer syntax that the client names is never replaced.
 * @param packagings in the order of preference
 * @see PS3.18 Table 8.7.3-2
 */
export function availableInstanceMediaTypes(
  transferSyntax: Uid,
  packagings: readonly Packaging[],
): readonly AvailableMediaType[] {
  const mediaType = mediaTypes.dicom
  const canConvert = convertible.has(transferSyntax)
  return packagings.flatMap((packaging): AvailableMediaType[] => [
    { mediaType, packaging, transferSyntax, withoutNamedSyntax: !canConvert },
    ...(canConvert ? [{ mediaType, packaging, transferSyntax: explicitVRLittleEndian, withoutNamedSyntax: true }] : []),
  ])
}

/**
 * What can be sent of pixel data. Native pixel data is octets in Explicit VR Little Endian whatever it is stored in
 * (Table 8.7.3-4). Compressed pixel data has its own media type, and is octets for clients that say they take any transfer
 * syntax, or the stored one; where it is lossy, octets without a named transfer syntax mean it too (§8.7.3.3).
 * @see PS3.18 §8.7.3.3
 */
export function availablePixelDataMediaTypes(
  transferSyntax: Uid,
  encapsulated: boolean,
  packagings: readonly Packaging[],
): readonly AvailableMediaType[] {
  const known = lookupTransferSyntax(transferSyntax)
  if (!encapsulated || known === transferSyntaxes.EncapsulatedUncompressedExplicitVRLittleEndian)
    return availableOctets(packagings)
  const compressed = compressedMediaTypeOf(transferSyntax)
  return packagings.flatMap((packaging): AvailableMediaType[] => [
    ...(compressed === undefined
      ? []
      : [{ mediaType: compressed.mediaType, packaging, transferSyntax, withoutNamedSyntax: true }]),
    {
      mediaType: mediaTypes.octetStream,
      packaging,
      transferSyntax,
      // Pixel data that has no media type of its own can be sent in no other way.
      withoutNamedSyntax: known?.lossy === true || compressed === undefined,
    },
  ])
}

/** Uncompressed octets in little endian order. */
export function availableOctets(packagings: readonly Packaging[]): readonly AvailableMediaType[] {
  return packagings.map((packaging) => ({
    mediaType: mediaTypes.octetStream,
    packaging,
    transferSyntax: explicitVRLittleEndian,
    withoutNamedSyntax: true,
  }))
}
