/**
 * One row per Value Representation (PS3.5 Table 6.2-1). Part 10, JSON, XML and search all read these rows.
 *
 * - `longLength`: Explicit VR has two reserved bytes and a 32-bit length (PS3.5 §7.1.2)
 * - `padding`: the byte that makes an odd value even
 * - `unit`: bytes of one binary value, which big endian swaps; 1 where order does not matter
 * - `multiple`: several values are separated by a backslash
 * - `json`: how the DICOM JSON Model writes a value (PS3.18 Table F.2.3-1)
 * - `charset`: Specific Character Set applies (PS3.5 §6.1.2.3)
 */
const rows = {
  AE: { longLength: false, padding: 0x20, unit: 1, multiple: true, json: 'string', charset: false },
  AS: { longLength: false, padding: 0x20, unit: 1, multiple: true, json: 'string', charset: false },
  AT: { longLength: false, padding: 0x00, unit: 2, multiple: false, json: 'tag', charset: false },
  CS: { longLength: false, padding: 0x20, unit: 1, multiple: true, json: 'string', charset: false },
  DA: { longLength: false, padding: 0x20, unit: 1, multiple: true, json: 'string', charset: false },
  DS: { longLength: false, padding: 0x20, unit: 1, multiple: true, json: 'number', charset: false },
  DT: { longLength: false, padding: 0x20, unit: 1, multiple: true, json: 'string', charset: false },
  FD: { longLength: false, padding: 0x00, unit: 8, multiple: false, json: 'number', charset: false },
  FL: { longLength: false, padding: 0x00, unit: 4, multiple: false, json: 'number', charset: false },
  IS: { longLength: false, padding: 0x20, unit: 1, multiple: true, json: 'number', charset: false },
  LO: { longLength: false, padding: 0x20, unit: 1, multiple: true, json: 'string', charset: true },
  LT: { longLength: false, padding: 0x20, unit: 1, multiple: false, json: 'string', charset: true },
  OB: { longLength: true, padding: 0x00, unit: 1, multiple: false, json: 'binary', charset: false },
  OD: { longLength: true, padding: 0x00, unit: 8, multiple: false, json: 'binary', charset: false },
  OF: { longLength: true, padding: 0x00, unit: 4, multiple: false, json: 'binary', charset: false },
  OL: { longLength: true, padding: 0x00, unit: 4, multiple: false, json: 'binary', charset: false },
  OV: { longLength: true, padding: 0x00, unit: 8, multiple: false, json: 'binary', charset: false },
  OW: { longLength: true, padding: 0x00, unit: 2, multiple: false, json: 'binary', charset: false },
  PN: { longLength: false, padding: 0x20, unit: 1, multiple: true, json: 'person-name', charset: true },
  SH: { longLength: false, padding: 0x20, unit: 1, multiple: true, json: 'string', charset: true },
  SL: { longLength: false, padding: 0x00, unit: 4, multiple: false, json: 'number', charset: false },
  SQ: { longLength: true, padding: 0x00, unit: 1, multiple: false, json: 'sequence', charset: false },
  SS: { longLength: false, padding: 0x00, unit: 2, multiple: false, json: 'number', charset: false },
  ST: { longLength: false, padding: 0x20, unit: 1, multiple: false, json: 'string', charset: true },
  SV: { longLength: true, padding: 0x00, unit: 8, multiple: false, json: 'number', charset: false },
  TM: { longLength: false, padding: 0x20, unit: 1, multiple: true, json: 'string', charset: false },
  UC: { longLength: true, padding: 0x20, unit: 1, multiple: true, json: 'string', charset: true },
  UI: { longLength: false, padding: 0x00, unit: 1, multiple: true, json: 'string', charset: false },
  UL: { longLength: false, padding: 0x00, unit: 4, multiple: false, json: 'number', charset: false },
  UN: { longLength: true, padding: 0x00, unit: 1, multiple: false, json: 'binary', charset: false },
  UR: { longLength: true, padding: 0x20, unit: 1, multiple: false, json: 'string', charset: false },
  US: { longLength: false, padding: 0x00, unit: 2, multiple: false, json: 'number', charset: false },
  UT: { longLength: true, padding: 0x20, unit: 1, multiple: false, json: 'string', charset: true },
  UV: { longLength: true, padding: 0x00, unit: 8, multiple: false, json: 'number', charset: false },
} as const

/** A Value Representation, such as `PN`. */
export type VR = keyof typeof rows

/** The facts of one VR. */
export type VrFacts = (typeof rows)[VR]

/** @see PS3.5 Table 6.2-1 */
export const vrs: { readonly [K in VR]: VrFacts } = rows

/** Whether `text` is a VR of PS3.5. */
export function isVR(text: string): text is VR {
  return Object.hasOwn(rows, text)
}
