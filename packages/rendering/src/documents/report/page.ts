/** A stretch of text on a page. */
export interface Span {
  /** Lines are separated by `\n`. */
  readonly text: string
  /** More for those who want it, such as a code: never what a reader needs. */
  readonly hint?: string
  /** Relative, or http(s): `isSafeHref`. */
  readonly href?: string
  /** Stands for something that is not there, or is said by the page and not by the report. */
  readonly muted?: true
}

/** A name and its value, with what belongs to it below. */
export interface Entry {
  readonly name: readonly Span[]
  readonly value: readonly Span[]
  readonly below: readonly Block[]
  readonly anchor?: string
}

/** A field of a table. */
export interface Cell {
  readonly value: readonly Span[]
  readonly below: readonly Block[]
  readonly numeric?: true
}

/** A part of a page, the same for every media type. */
export type Block =
  | {
      readonly kind: 'section'
      readonly title: readonly Span[]
      readonly anchor?: string
      /** The language of what is in it (RFC 5646), where it has one of its own. */
      readonly language?: string
      readonly notes: readonly Entry[]
      readonly blocks: readonly Block[]
    }
  | { readonly kind: 'paragraph'; readonly spans: readonly Span[] }
  | { readonly kind: 'entries'; readonly entries: readonly Entry[] }
  | {
      readonly kind: 'table'
      readonly columns: readonly (readonly Span[])[]
      readonly rows: readonly (readonly Cell[])[]
    }

/** A report laid out, before it becomes HTML or plain text. */
export interface Page {
  readonly title: string
  readonly language?: string
  /** Completion, verification: `warn` for what a reader must not overlook. */
  readonly flags: readonly { readonly text: string; readonly warn: boolean }[]
  readonly facts: readonly { readonly title: string; readonly entries: readonly Entry[] }[]
  readonly notes: readonly Entry[]
  readonly blocks: readonly Block[]
  /** UIDs and such, at the foot. */
  readonly imprint: readonly Entry[]
}

/** An entry of plain text. */
export function plainEntry(name: string, value: string): Entry {
  return { name: [{ text: name }], value: [{ text: value }], below: [] }
}
