export { type CharacterSet, characterSetOf, defaultCharacterSet } from './character-set.ts'
export {
  type Attribute,
  attributesAt,
  type Dataset,
  itemsOf,
  numberOf,
  type PersonName,
  stringOf,
  type Value,
  valuesOf,
} from './dataset.ts'
export { DatasetError, type DatasetProblem } from './dataset-error.ts'
export type { DirectoryInstance } from './dicomdir/directory-record.ts'
export { dicomdirFileId, type FileId, fileIdOf, isFileId } from './dicomdir/file-id.ts'
export { createDicomdirWriter, type DicomdirOptions, type DicomdirWriter, writeDicomdir } from './dicomdir/write.ts'
export { type DictionaryEntry, type Keyword, lookupKeyword, lookupTag, tags } from './dictionary/dictionary.ts'
export { decodeJsonModel, type JsonModelLimits } from './json-model/decode.ts'
export { formatJsonModel } from './json-model/format.ts'
export {
  createNativeModelDecoder,
  decodeNativeModel,
  type NativeModelDecoder,
  type NativeModelLimits,
} from './native-model/decode.ts'
export { encodeNativeModel, encodeNativeModelPieces } from './native-model/encode.ts'
export { type BulkDataSource, type ByteSource, bytesSource } from './part10/byte-source.ts'
export { convertedTransferSyntax, convertToExplicitVRLittleEndian, isConvertible } from './part10/convert.ts'
export type {
  ContainerHeader,
  Delivery,
  ElementHandler,
  ElementHeader,
  FragmentHeader,
} from './part10/element-events.ts'
export { createElementTokenizer, type ElementTokenizer, type TokenizerLimits } from './part10/element-tokenizer.ts'
export { implementation } from './part10/implementation.ts'
export { inflateDataSet } from './part10/inflate-data-set.ts'
export {
  type ParsedInstance,
  Part10Error,
  type Part10Limits,
  type Part10Parser,
  type Part10Problem,
  type Part10Warning,
} from './part10/parsed-instance.ts'
export { createPart10Parser, defaultPart10Limits, readPart10 } from './part10/read.ts'
export { rewritePart10 } from './part10/rewrite.ts'
export type { NewPixelData, Rewriting } from './part10/rewriting.ts'
export { part10Length, type WritePart10Options, writePart10, writePart10Buffer } from './part10/write.ts'
export type { FindBulkData } from './part10/write-dataset.ts'
export { type CodestreamDescription, describeCodestream, missingPixelDescription } from './pixel-data/codestream.ts'
export { type Encapsulation, encapsulate, fragmentHeader } from './pixel-data/encapsulate.ts'
export {
  alignBits,
  fragmentsRange,
  joinBits,
  joinedLength,
  joinFragments,
  swapUnitOf,
  swapUnits,
} from './pixel-data/extract.ts'
export { decodeFrameSpan, encodeFrameTable, frameBlockOf, framesPerBlock } from './pixel-data/frame-table.ts'
export { type NativeFrameRange, nativeFrameRange, numberOfFramesOf } from './pixel-data/frames.ts'
export { itemHeaderSize, readItemLength } from './pixel-data/item-header.ts'
export type { BulkDataRange, FrameSpan, PixelDataLayout } from './pixel-data/pixel-data-layout.ts'
export { type PixelDescription, pixelDescriptionOf } from './pixel-data/pixel-description.ts'
export { lookupSopClass, type SopClass, type SopClassKind, sopClasses, sopClassKind } from './sop-class.ts'
export {
  isGroupLengthTag,
  isPrivateCreatorTag,
  isPrivateTag,
  parseTag,
  parseTagPath,
  type Tag,
  type TagPath,
  tagName,
} from './tag.ts'
export { lookupTransferSyntax, type TransferSyntax, transferSyntaxes } from './transfer-syntax.ts'
export { generateUid, isConformantUid, isUid, type Uid, uidFromDigest } from './uid.ts'
export { type DateTime, parseDate, parseDateTime, parseTime } from './values/date-time.ts'
export { formatPersonName, parsePersonName } from './values/person-name.ts'
export { isVR, type VR, type VrFacts, vrs } from './vr.ts'
