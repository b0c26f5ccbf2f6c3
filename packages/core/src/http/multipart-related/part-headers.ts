import { DicomwebError } from '../../errors.ts'

/**
 * Parses the header lines of one part. Names become lower case, repeated fields are merged by `, `, folded lines joined;
 * lines may end in LF alone.
 * @throws DicomwebError `bad-request` for a line that is no header field
 * @see RFC 5322 §2.2
 */
export function parsePartHeaders(lines: readonly string[], partNumber: number): Readonly<Record<string, string>> {
  const fields = new Map<string, string>()
  let last: string | undefined
  for (const line of lines) {
    if (/^[ \t]/.test(line) && last !== undefined) {
      fields.set(last, `${fields.get(last)} ${line.trim()}`)
      continue
    }
    const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line) ?? []
    if (name === undefined || value === undefined)
      throw new DicomwebError('bad-request', `Part ${partNumber} has a header line that is no header field.`)
    last = name.toLowerCase()
    const earlier = fields.get(last)
    fields.set(last, earlier === undefined ? value.trim() : `${earlier}, ${value.trim()}`)
  }
  return Object.fromEntries(fields)
}
