/**
 * Why an instance was not stored: one row per reason, with codes of PS3.18 Table I.2-2, of PS3.7 Annex C where that table
 * has none, and from the ranges it leaves to implementations (`A9xx`, `Cxxx`).
 * @see PS3.18 §I.2.2
 */
export const failureReasons = {
  processingFailure: { code: 0x0110, meaning: 'Processing failure' },
  duplicateSopInstance: { code: 0x0111, meaning: 'Other bytes are stored under this SOP Instance UID' }, // PS3.7 §C.5.8
  sopClassNotSupported: { code: 0x0122, meaning: 'SOP Class not supported' },
  notAuthorized: { code: 0x0124, meaning: 'Not authorized' }, // PS3.7 §C.5.20
  outOfResources: { code: 0xa700, meaning: 'Out of resources' },
  tooLarge: { code: 0xa701, meaning: 'Larger than this server takes' },
  otherStudy: { code: 0xa901, meaning: 'Study Instance UID differs from the target resource' },
  cannotUnderstand: { code: 0xc000, meaning: 'Cannot understand' },
  notPart10: { code: 0xc001, meaning: 'Not a DICOM Part 10 object' },
  truncated: { code: 0xc002, meaning: 'The object ends before it is complete' },
  malformed: { code: 0xc003, meaning: 'The structure of the object contradicts itself' },
  missingUid: { code: 0xc004, meaning: 'A UID that identifies the instance is missing or empty' },
  invalidUid: { code: 0xc005, meaning: 'A UID that identifies the instance is not a UID' },
  beyondLimits: { code: 0xc006, meaning: 'Nested or inflated beyond what this server takes' },
  bulkDataMissing: { code: 0xc007, meaning: 'Bulk data that the metadata refers to is missing from the payload' },
  unsupportedPart: { code: 0xc008, meaning: 'A part has a media type that cannot be stored' },
  transferSyntaxNotSupported: { code: 0xc122, meaning: 'Transfer Syntax not supported' },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>

/** A row of `failureReasons`. */
export type FailureReason = keyof typeof failureReasons

/** One instance, or one part of a payload, was refused; others go on. */
export class InstanceRefusal extends Error {
  readonly reason: FailureReason

  /** @param detail what a person needs to mend it; no attribute values */
  constructor(reason: FailureReason, detail?: string, options?: ErrorOptions) {
    super(detail ?? failureReasons[reason].meaning, options)
    this.name = 'InstanceRefusal'
    this.reason = reason
  }
}
