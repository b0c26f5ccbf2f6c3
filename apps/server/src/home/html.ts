/** Markup that is safe to send: made by `html`, never from text. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  toString(): string {
    return this.text
  }
}

/** What may stand in a template. `undefined` and `false` leave nothing. */
export type HtmlValue = Html | string | number | undefined | false | readonly HtmlValue[]

/**
 * Markup with values put in. Every value is escaped but markup made by `html` itself; the result is safe as content and in
 * quoted attributes.
 * @example html`<td title="${description}">${description}</td>`
 */
export function html(literals: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(literals.map((literal, at) => literal + escapeValue(values[at])).join(''))
}

function escapeValue(value: HtmlValue): string {
  if (value === undefined || value === false) return ''
  if (value instanceof Html) return value.text
  if (typeof value === 'object') return value.map(escapeValue).join('')
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
