import { escapeSequences, type Repertoire, repertoires, replacementCharacter } from './character-repertoires.ts'

/** The Defined Term of UTF-8 (PS3.3 Table C.12-5). */
export const utf8Term = 'ISO_IR 192'

/** Decodes text of one Specific Character Set (PS3.5 §6.1.2). */
export interface CharacterSet {
  /**
   * Bytes that stand for nothing become U+FFFD.
   * @param delimiters characters that reset the code extensions, besides line ends (PS3.5 §6.1.2.5.3)
   */
  decode(bytes: Buffer, delimiters?: string): string
}

/** The Default Character Repertoire. */
export const defaultCharacterSet: CharacterSet = extendable(repertoires[6], undefined)

const utf8: CharacterSet = { decode: (bytes) => bytes.toString('utf8') }

/**
 * The decoder for the values of Specific Character Set (0008,0005); `known` is false where a term is none of
 * PS3.3 §C.12.1.1.2 and the default repertoire stands in for it. Spellings such as `ISO IR 100` are understood.
 */
export function characterSetOf(terms: readonly string[]): {
  readonly characterSet: CharacterSet
  readonly known: boolean
} {
  const numbers = terms.map(registrationNumber)
  const first = terms[0]?.trim().toUpperCase() ?? ''
  if (numbers[0] === 192 || /^UTF-?8$/.test(first)) return { characterSet: utf8, known: true }
  if (first === 'GB18030' || first === 'GBK') return { characterSet: wholly('gb18030'), known: true }
  const known = terms.every((term, i) => term.trim() === '' || isRegistered(numbers[i]))
  const initial = numbers[0]
  if (initial === undefined || !isRegistered(initial)) return { characterSet: defaultCharacterSet, known }
  const set = repertoires[initial]
  // Alone, ISO_IR 13 is often Shift JIS, whose single bytes are the same characters.
  if (initial === 13 && terms.length === 1) return { characterSet: wholly('shift_jis'), known }
  // JIS X 0201 is ISO-IR 14 on the left and 13 on the right.
  if (initial === 13) return { characterSet: extendable(repertoires[14], set), known }
  // A two-byte set as the first value leaves the initial G1 open: only its escape sequence calls it.
  return { characterSet: extendable(repertoires[6], set.width === 1 && set.area === 'G1' ? set : undefined), known }
}

function registrationNumber(term: string): number | undefined {
  const match = /^\s*ISO[ _-]*(?:2022)?[ _-]*IR[ _-]*(\d+)\s*$/i.exec(term)
  return match === null ? undefined : Number(match[1])
}

function isRegistered(number: number | undefined): number is keyof typeof repertoires {
  return number !== undefined && Object.hasOwn(repertoires, number)
}

/** A set that has one form for all its text: no escape sequences (PS3.5 §6.1.2.4). */
function wholly(label: string): CharacterSet {
  const decoder = new TextDecoder(label)
  return { decode: (bytes) => decoder.decode(bytes) }
}

/** Sets in G0 and G1 that escape sequences may change (PS3.5 §6.1.2.5). */
function extendable(initialG0: Repertoire, initialG1: Repertoire | undefined): CharacterSet {
  return {
    decode(bytes, delimiters = '') {
      if (isPlainAscii(bytes)) return bytes.toString('latin1')
      let g0 = initialG0
      let g1 = initialG1
      let text = ''
      for (let at = 0; at < bytes.length; ) {
        const byte = bytes[at] as number
        if (byte === 0x1b) {
          const called = escapeSequences.find(
            ([sequence]) => bytes.toString('latin1', at + 1, at + 1 + sequence.length) === sequence,
          )
          if (called === undefined) {
            text += replacementCharacter
            at++
            continue
          }
          if (called[1].area === 'G0') g0 = called[1]
          else g1 = called[1]
          at += 1 + called[0].length
          continue
        }
        const resets = isLineEnd(byte) || (g0.width === 1 && delimiters.includes(String.fromCharCode(byte)))
        if (resets) {
          g0 = initialG0
          g1 = initialG1
        }
        if (resets || byte < 0x21) {
          text += String.fromCharCode(byte)
          at++
          continue
        }
        const set = byte < 0x80 ? g0 : g1
        const end = endOfRun(bytes, at, delimiters, set)
        text += set === undefined ? replacementCharacter.repeat(end - at) : set.decode(bytes.subarray(at, end))
        at = end
      }
      return text
    },
  }
}

/** Where the bytes of the set that begins at `start` end. */
function endOfRun(bytes: Buffer, start: number, delimiters: string, set: Repertoire | undefined): number {
  const high = (bytes[start] as number) >= 0x80
  let end = start + 1
  for (; end < bytes.length; end++) {
    const byte = bytes[end] as number
    if (byte < 0x21 || byte >= 0x80 !== high) break
    // In a two-byte set 5C is half a character, not a delimiter (PS3.5 §6.1.2.5).
    if (set?.width === 1 && !high && delimiters.includes(String.fromCharCode(byte))) break
  }
  return end
}

function isLineEnd(byte: number): boolean {
  return byte === 0x0a || byte === 0x0c || byte === 0x0d
}

/** Whether the bytes are the same text in every character set: neither high bits nor escape sequences. */
export function isPlainAscii(bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] as number
    if (byte >= 0x80 || byte === 0x1b) return false
  }
  return true
}
