import type { PixelDescription } from '@sansfilm/dicom'

/** A picture as native samples. */
export interface Picture {
  readonly description: PixelDescription
  /** More than one of an animation, each a whole image. */
  readonly frames: number
  /** All frames one after the other, little endian, without padding. */
  readonly bytes: Uint8Array
}

/**
 * Reads pictures of consumer formats that correspond to no transfer syntax, off the event loop: "shall be transformed by the
 * origin server into an uncompressed or lossless compressed Transfer Syntax".
 * @see PS3.18 Table 10.5.2-1
 */
export interface PictureReader {
  /** `image/png`, `image/gif`. */
  readonly mediaTypes: ReadonlySet<string>
  /**
   * The samples of a picture: one a pixel where it is gray, three (RGB) otherwise, transparency left out; 8 bits, or 16 where
   * the picture has more than 8.
   * @param maxBytes of the samples; a picture that has more is not decoded
   * @throws AdapterError `damaged` for what is no such picture, `unsupported` where it is larger, `unavailable`
   */
  read(picture: Uint8Array, options: { readonly maxBytes: number }): Promise<Picture>
}
