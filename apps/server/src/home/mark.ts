import { html } from './html.ts'

/** The mark: a lens over a sheet that is not there; the arc is the gantry. Takes the colour of its text. */
export const mark = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
  <path class="mark-ring" d="M27.5 16a11.5 11.5 0 1 1-6.4-10.3" />
  <circle class="mark-slice" cx="16" cy="16" r="5.5" />
  <circle class="mark-point" cx="25" cy="8.6" r="2.2" />
</svg>`
