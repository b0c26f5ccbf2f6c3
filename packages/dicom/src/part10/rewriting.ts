import type { Dataset } from '../dataset.ts'
import type { Tag } from '../tag.ts'
import type { TransferSyntax } from '../transfer-syntax.ts'
import type { Uid } from '../uid.ts'
import type { VR } from '../vr.ts'
import type { ByteSource } from './byte-source.ts'

/** Pixel data that takes the place of what is stored. */
export interface NewPixelData {
  readonly vr: VR
  /** Native: the value field, of even length. Encapsulated: all items, from the Basic Offset Table to before the delimiter. */
  readonly source: ByteSource
}

/** What becomes of a Part 10 object. */
export interface Rewriting {
  /** Explicit or Implicit VR Little Endian, or an encapsulated one. */
  readonly transferSyntax: TransferSyntax
  /** Attributes of the top level in place of those that are there, or beside them. Text in ASCII: the character set stays. */
  readonly replaced?: Dataset
  /** Sequences of the top level: items that follow those that are there. */
  readonly appended?: Dataset
  /** Attributes of the top level that are left out. */
  readonly removed?: ReadonlySet<Tag>
  /** Of the data set and in File Meta Information, which have to agree. */
  readonly sopInstanceUid?: Uid
  /** Pixel Data of the top level, in place of what is there. Who does not want to read that cuts out its value. */
  readonly pixelData?: NewPixelData
}
