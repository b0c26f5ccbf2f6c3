import { Marked, type Token, type Tokens } from 'marked'
import { html } from './html.ts'

/** A document as markup, and its first heading as text. */
export interface RenderedDocument {
  readonly title: string | undefined
  readonly body: string
}

/** A comment and nothing else: what generators leave in a document for themselves. */
const comment = /^\s*<!--(?:(?!-->)[\s\S])*-->\s*$/

/** Markup in a document is shown, not obeyed, and comments are left out; headings can be linked to. */
const markdown = new Marked({
  gfm: true,
  renderer: {
    html: ({ text }) => (comment.test(text) ? '' : html`${text}`.text),
    heading({ tokens, depth, text }) {
      return `<h${depth} id="${html`${slug(text)}`}">${this.parser.parseInline(tokens)}</h${depth}>\n`
    },
    link({ href, tokens }) {
      const text = this.parser.parseInline(tokens)
      // Files of the repository that are no documents are not served: their names say enough.
      return isServed(href) ? `<a href="${html`${href}`}">${text}</a>` : text
    },
    table(token) {
      const header = token.header.map((cell) => this.tablecell(cell)).join('')
      const rows = token.rows.map((row) => this.tablerow({ text: row.map((cell) => this.tablecell(cell)).join('') }))
      // Wide tables scroll by themselves, so that the page does not.
      return `<div class="wide" tabindex="0"><table><thead>${this.tablerow({ text: header })}</thead><tbody>${rows.join('')}</tbody></table></div>\n`
    },
  },
})

/** Renders a document of the repository. */
export function renderMarkdown(text: string): RenderedDocument {
  const tokens = markdown.lexer(text)
  return { title: tokens.find(isHeading)?.text, body: markdown.parser(tokens) }
}

/** Whether a link leads to another site, a heading, a document or a folder of them. */
function isServed(href: string): boolean {
  return /^(https?:|#)/.test(href) || /(\/|\.md(#.*)?)$/.test(href)
}

function isHeading(token: Token): token is Tokens.Heading {
  return token.type === 'heading'
}

/** As GitHub makes anchors, so that links within documents hold in both places. */
function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}
