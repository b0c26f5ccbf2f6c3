/**
 * Whether the Accept-Encoding header admits a content coding. Without a header only `identity` is assumed, since clients
 * that do not say so often cannot decode.
 * @see RFC 9110 §12.5.3
 */
export function acceptsEncoding(header: string | undefined, coding: string): boolean {
  const weights = new Map<string, number>()
  for (const item of (header ?? '').toLowerCase().split(',')) {
    const [name = '', ...parameters] = item.split(';').map((piece) => piece.trim())
    const weight = parameters.find((parameter) => /^q\s*=/.test(parameter))?.replace(/^q\s*=\s*/, '')
    if (name !== '') weights.set(name, weight === undefined ? 1 : Number(weight))
  }
  const weight = weights.get(coding) ?? weights.get('*') ?? (coding === 'identity' ? 1 : 0)
  return weight > 0
}
