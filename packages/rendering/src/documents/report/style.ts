/**
 * The style of a report: the text of its one style element. No `<`, `&` or character reference may stand in it, so that
 * HTML and XML read the same.
 */
export const reportStyle = `
:root { color-scheme: light dark; --ink: #1c2733; --soft: #5b6875; --line: #d5dce3; --paper: #ffffff; --band: #f3f6f9;
  --link: #0b5cad; --warn: #8a4b00; --warn-band: #fff3e0; --good: #1b6b3a; --good-band: #e7f5ec; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9ee; --soft: #9aa7b4; --line: #37424d; --paper: #151b21; --band: #1e262e;
    --link: #7db7f0; --warn: #ffcc80; --warn-band: #3a2a12; --good: #9bdcb3; --good-band: #16301f; }
}
* { box-sizing: border-box; }
html { background: var(--paper); -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem clamp(1rem, 4vw, 2.5rem) 3rem; color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  overflow-wrap: anywhere; }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 0; }
h2 { font-size: 1.25rem; margin: 2rem 0 .5rem; padding-bottom: .2rem; border-bottom: 1px solid var(--line); }
h3 { font-size: 1.08rem; margin: 1.4rem 0 .4rem; }
h4, h5, h6 { font-size: 1rem; margin: 1.1rem 0 .3rem; }
h1, h2, h3, h4, h5, h6 { break-after: avoid; }
section section { margin-left: .75rem; padding-left: .75rem; border-left: 2px solid var(--line); }
section section section section section { margin-left: 0; padding-left: .4rem; }
a { color: var(--link); }
p { margin: .4rem 0; }
.head { display: flex; flex-wrap: wrap; gap: .5rem .75rem; align-items: center; justify-content: space-between; }
.flags { display: flex; flex-wrap: wrap; gap: .4rem; margin: 0; padding: 0; list-style: none; }
.flags li { font-size: .85rem; font-weight: 600; padding: .1rem .65rem; border-radius: 1rem;
  color: var(--good); background: var(--good-band); border: 1px solid currentColor; }
.flags .warn { color: var(--warn); background: var(--warn-band); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: 1rem 2rem; margin-top: 1rem;
  padding: 1rem 1.1rem; background: var(--band); border: 1px solid var(--line); border-radius: .5rem; }
.facts h2 { font-size: .78rem; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); border: 0;
  margin: 0 0 .35rem; padding: 0; }
main { margin-top: 1.1rem; }
.text { white-space: pre-wrap; }
.soft { color: var(--soft); }
dl { margin: .3rem 0; }
dd { margin: 0; }
dd dl, td dl { margin: .15rem 0 .3rem; padding-left: .7rem; border-left: 2px solid var(--line); font-size: .94em; }
dl.entries > div { display: grid; grid-template-columns: minmax(6rem, 12rem) minmax(0, 1fr); gap: 0 1rem; padding: .16rem 0; }
dl.entries > div > dt { color: var(--soft); }
.facts dl.entries > div { grid-template-columns: minmax(4rem, 6rem) minmax(0, 1fr); padding: .05rem 0; font-size: .94rem; }
dl.entries > div.wide { display: block; padding: .4rem 0; }
td dl.entries > div, dd dd dl.entries > div { display: block; }
td dl.entries > div > dt, td dl.entries > div > dd, dd dd dl.entries > div > dt, dd dd dl.entries > div > dd { display: inline; }
td dl.entries > div > dt::after, dd dd dl.entries > div > dt::after { content: ": "; }
dl.notes { display: flex; flex-wrap: wrap; gap: .1rem 1.4rem; font-size: .9rem; }
dl.notes > div > dt, dl.notes > div > dd { display: inline; }
dl.notes > div > dt { color: var(--soft); }
dl.notes > div.wide { flex-basis: 100%; }
dl.notes > div > dt::after { content: ": "; }
.scroll { overflow-x: auto; margin: .6rem 0; }
table { border-collapse: collapse; min-width: 50%; font-size: .95rem; }
th, td { text-align: start; vertical-align: top; padding: .35rem .8rem .35rem .6rem; border-bottom: 1px solid var(--line); }
thead th { background: var(--band); font-weight: 600; }
th, td { min-width: 4.5rem; overflow-wrap: break-word; }
td.details { min-width: 15rem; overflow-wrap: anywhere; }
td.number { white-space: nowrap; font-variant-numeric: tabular-nums; }
:target { background: var(--warn-band); }
.cut { padding: .6rem .9rem; color: var(--warn); background: var(--warn-band); border: 1px solid currentColor; border-radius: .4rem; }
footer { margin-top: 2.5rem; padding-top: .6rem; border-top: 1px solid var(--line); font-size: .8rem; color: var(--soft); }
@media (max-width: 38rem) {
  body { padding-top: 1rem; }
  h1 { font-size: 1.4rem; }
  dl.entries > div { display: block; padding: .3rem 0; }
  .facts dl.entries > div { display: grid; }
  section section { margin-left: 0; padding-left: .6rem; }
}
@media print {
  :root { color-scheme: light; --ink: #000000; --soft: #444444; --line: #bbbbbb; --paper: #ffffff; --band: #ffffff; --link: #000000;
    --warn: #000000; --warn-band: #ffffff; --good: #000000; --good-band: #ffffff; }
  @page { margin: 16mm 14mm; }
  body { max-width: none; padding: 0; font-size: 10.5pt; }
  a { text-decoration: none; }
  tr, dl.entries > div { break-inside: avoid; }
  .scroll { overflow: visible; }
}
`
