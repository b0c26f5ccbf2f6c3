/** A coded character set, as it stands in G0 or G1 (PS3.3 §C.12.1.1.2, PS3.5 §6.1). */
export interface Repertoire {
  readonly name: string
  /** Where ISO 2022 puts it: bytes 21-7E or A1-FE. */
  readonly area: 'G0' | 'G1'
  /** Bytes of one character. */
  readonly width: 1 | 2
  /** The characters of a run of bytes, all of this set, high bits as they came. */
  decode(bytes: Uint8Array): string
}

/** What an undecodable byte becomes. */
export const replacementCharacter = '\uFFFD'

/** ISO-IR 6, and ISO-IR 14, which differs in 5C and 7E only and counts 5C as the delimiter as well (PS3.5 §6.1.2.3). */
const ascii: Repertoire = {
  name: 'ISO-IR 6',
  area: 'G0',
  width: 1,
  decode: (bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'),
}

/** Half-width katakana: A1-DF (JIS X 0201). */
const katakana = singleByte('ISO-IR 13', (byte) =>
  byte >= 0xa1 && byte <= 0xdf ? String.fromCharCode(0xff61 + byte - 0xa1) : replacementCharacter,
)

function singleByte(name: string, decodeByte: (byte: number) => string): Repertoire {
  const table: string[] = Array.from({ length: 128 }, (_, i) => (i < 32 ? replacementCharacter : decodeByte(i + 128)))
  return {
    name,
    area: 'G1',
    width: 1,
    decode: (bytes) =>
      Array.from(bytes, (byte) => (byte < 0x80 ? String.fromCharCode(byte) : table[byte - 0x80])).join(''),
  }
}

/**
 * The right half of an ISO 8859 part. The platform's tables agree on A0-FF with those of DICOM, but put Windows
 * characters at 80-9F, where DICOM has none.
 */
function latin(name: string, label: string): Repertoire {
  const decoder = new TextDecoder(label)
  return singleByte(name, (byte) => decoder.decode(Uint8Array.of(byte)))
}

/** Two-byte sets are those of the EUC encodings, once the high bits are set. */
function doubleByte(name: string, area: 'G0' | 'G1', label: string, prefix?: number): Repertoire {
  const decoder = new TextDecoder(label)
  return {
    name,
    area,
    width: 2,
    decode(bytes) {
      const euc: number[] = []
      for (let i = 0; i < bytes.length; i += 2) {
        if (prefix !== undefined) euc.push(prefix)
        for (const byte of bytes.subarray(i, i + 2)) euc.push(byte | 0x80)
      }
      return decoder.decode(Uint8Array.from(euc))
    },
  }
}

/** Sets by ISO-IR registration number, as in the Defined Terms `ISO_IR n` and `ISO 2022 IR n`. */
export const repertoires = {
  6: ascii,
  13: katakana,
  14: { ...ascii, name: 'ISO-IR 14' },
  58: doubleByte('ISO-IR 58', 'G1', 'gbk'),
  87: doubleByte('ISO-IR 87', 'G0', 'euc-jp'),
  100: singleByte('ISO-IR 100', (byte) => String.fromCharCode(byte)),
  101: latin('ISO-IR 101', 'iso-8859-2'),
  109: latin('ISO-IR 109', 'iso-8859-3'),
  110: latin('ISO-IR 110', 'iso-8859-4'),
  126: latin('ISO-IR 126', 'iso-8859-7'),
  127: latin('ISO-IR 127', 'iso-8859-6'),
  138: latin('ISO-IR 138', 'iso-8859-8'),
  144: latin('ISO-IR 144', 'iso-8859-5'),
  148: latin('ISO-IR 148', 'iso-8859-9'),
  149: doubleByte('ISO-IR 149', 'G1', 'euc-kr'),
  159: doubleByte('ISO-IR 159', 'G0', 'euc-jp', 0x8f),
  166: latin('ISO-IR 166', 'windows-874'),
  203: latin('ISO-IR 203', 'iso-8859-15'),
} as const satisfies Record<number, Repertoire>

/** What follows ESC, and the set it calls (PS3.3 Tables C.12-3 and C.12-4). */
export const escapeSequences: readonly (readonly [string, Repertoire])[] = [
  ['(B', repertoires[6]],
  ['(J', repertoires[14]],
  [')I', repertoires[13]],
  ['-A', repertoires[100]],
  ['-B', repertoires[101]],
  ['-C', repertoires[109]],
  ['-D', repertoires[110]],
  ['-F', repertoires[126]],
  ['-G', repertoires[127]],
  ['-H', repertoires[138]],
  ['-L', repertoires[144]],
  ['-M', repertoires[148]],
  ['-T', repertoires[166]],
  ['-b', repertoires[203]],
  ['$B', repertoires[87]],
  ['$(D', repertoires[159]],
  ['$)A', repertoires[58]],
  ['$)C', repertoires[149]],
]
