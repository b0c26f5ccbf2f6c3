/** Letters that no decomposition of Unicode reaches. */
const undecomposed: Readonly<Record<string, string>> = { ß: 'ss', ł: 'l', ø: 'o', æ: 'ae', œ: 'oe', đ: 'd' }

/**
 * Text without case, accents and width. Only the combining marks of Latin, Greek and Cyrillic go (U+0300 to U+036F): the
 * voicing marks of kana and the vowels of other scripts make other words.
 * @example fold('Müller^Łucja') // 'muller^lucja'
 */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[ßłøæœđ]/g, (letter) => undecomposed[letter] ?? letter)
}
