import { type Html, html } from './html.ts'
import { mark } from './mark.ts'

export interface PageFrame {
  readonly title: string
  /** From the page to `/`, so that links hold behind any proxy: `./` or `../`. */
  readonly toRoot: string
  readonly viewerPath: string
  readonly version: string
  /** The link that is this page. */
  readonly current: 'home' | 'docs'
  readonly content: Html
  /** Whether the page has a script. */
  readonly script?: boolean
}

/** What every page has around its content. */
export function pageFrame({ title, toRoot, viewerPath, version, current, content, script }: PageFrame): string {
  const link = (name: PageFrame['current'], href: string, text: string) =>
    name === current ? html`<a href="${href}" aria-current="page">${text}</a>` : html`<a href="${href}">${text}</a>`
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${toRoot}assets/mark.svg" type="image/svg+xml">
<link rel="stylesheet" href="${toRoot}assets/home.css">
${script === true && html`<script type="module" src="${toRoot}assets/home.js"></script>`}
</head>
<body>
<a class="skip-link" href="#content">Skip to content</a>
<header class="masthead">
  <div class="column masthead-row">
    <a class="brand" href="${toRoot}">${mark}<span>Sansfilm</span></a>
    <nav aria-label="Main">
      ${link('home', toRoot, 'Archive')}
      <a href="${viewerPath}">Study list</a>
      ${link('docs', `${toRoot}docs/`, 'Docs')}
    </nav>
  </div>
</header>
<main id="content" class="column">
${content}
</main>
<footer class="footer">
  <div class="column footer-row">
    <span>Sansfilm ${version}</span>
    <a href="${toRoot}docs/conformance-statement">DICOM conformance statement</a>
    <a href="${toRoot}docs/">Documentation</a>
  </div>
</footer>
</body>
</html>
`.text
}
