/** One part of an answer. */
export interface AnswerPart {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** Splits a multipart answer; a reader of its own, so that the server's writer is not judged by the server's reader. */
export function parseMultipart(contentType: string | null, bytes: Uint8Array): readonly AnswerPart[] {
  const boundary = /boundary="?([^";]+)"?/.exec(contentType ?? '')?.[1]
  if (boundary === undefined) throw new Error(`not multipart: ${contentType}`)
  const text = Buffer.from(bytes).toString('latin1')
  const pieces = `\r\n${text}`.split(`\r\n--${boundary}`)
  if (pieces.at(-1)?.startsWith('--') !== true) throw new Error('no closing delimiter')
  return pieces.slice(1, -1).map((piece) => {
    const end = piece.indexOf('\r\n\r\n')
    const headers = piece
      .slice(2, end)
      .split('\r\n')
      .map((line) => /^([^:]+):\s*(.*)$/.exec(line))
      .flatMap((match) => (match === null ? [] : [[(match[1] ?? '').toLowerCase(), match[2] ?? ''] as const]))
    return { headers: Object.fromEntries(headers), body: Buffer.from(piece.slice(end + 4), 'latin1') }
  })
}
