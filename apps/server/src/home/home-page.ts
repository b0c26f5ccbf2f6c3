import type { ArchiveStatistics } from '@sansfilm/core/adapters'
import type { ArchiveOverview } from './archive-overview.ts'
import type { Formats } from './formats.ts'
import { type Html, html } from './html.ts'
import { pageFrame } from './page-frame.ts'
import { readableName } from './person-name.ts'
import type { StudySummary } from './study-summary.ts'

export interface HomePage {
  readonly overview: ArchiveOverview
  readonly formats: Formats
  /** Ends with a slash. */
  readonly viewerPath: string
  /** Absolute, without a slash at its end. */
  readonly dicomwebRoot: string
  readonly readOnly: boolean
  readonly version: string
}

/** The whole page. */
export function homePage(page: HomePage): string {
  const { viewerPath, version, dicomwebRoot, readOnly } = page
  return pageFrame({
    title: 'Sansfilm',
    toRoot: './',
    viewerPath,
    version,
    current: 'home',
    script: true,
    content: html`<h1 class="visually-hidden">Image archive</h1>
${archiveSection(page)}
${readOnly ? readOnlyNote : uploadSection}
${connectSection(dicomwebRoot)}`,
  })
}

/** What changes as studies arrive; the page asks for it alone after an upload. */
export function archiveSection(page: HomePage): Html {
  const { overview, formats, viewerPath, readOnly } = page
  const { statistics, studies } = overview
  return html`<div id="archive">
${statisticsList(statistics, formats)}
<section aria-labelledby="latest">
  <div class="section-head">
    <h2 id="latest">Latest studies</h2>
    ${studies.length > 0 && html`<span class="section-links">${!readOnly && html`<a href="#upload">Add images</a>`} <a href="${viewerPath}">All studies in the viewer</a></span>`}
  </div>
  ${studies.length > 0 ? studyList(studies, page) : emptyState(statistics, readOnly)}
</section>
</div>`
}

function statisticsList(statistics: ArchiveStatistics, { count, bytes }: Formats): Html {
  const size = bytes(statistics.bytes)
  const entry = (label: string, value: string, unit?: string) => html`<div class="statistic">
    <dt>${label}</dt>
    <dd>${value}${unit !== undefined && html` <span class="unit">${unit}</span>`}</dd>
  </div>`
  return html`<dl class="statistics">
  ${entry('Studies', count(statistics.studies))}
  ${entry('Series', count(statistics.series))}
  ${entry('Images', count(statistics.instances))}
  ${entry('Stored', size.amount, size.unit)}
</dl>`
}

function emptyState({ studies }: ArchiveStatistics, readOnly: boolean): Html {
  const advice = readOnly
    ? 'It is read only: studies come in where it is filled.'
    : 'Drop a folder of DICOM files below, or point a gateway or any other DICOMweb client at the address at the end of this page.'
  if (studies > 0) return html`<p class="empty">None of the studies in this archive are shared with you.</p>`
  return html`<div class="empty"><p class="empty-title">The archive is empty.</p><p>${advice}</p></div>`
}

function studyList(studies: readonly StudySummary[], page: HomePage): Html {
  return html`<ul class="studies">${studies.map((study) => studyRow(study, page))}</ul>`
}

/** The side of a thumbnail in CSS pixels; twice of it is asked for, for screens that have as many. */
const thumbnailSide = 56

function studyRow(study: StudySummary, { formats, viewerPath, dicomwebRoot }: HomePage): Html {
  const { patientName, patientId, description, modalities, series, images } = study
  const name = readableName(patientName)
  const href = `${viewerPath}viewer?StudyInstanceUIDs=${encodeURIComponent(study.study)}`
  const viewport = `${thumbnailSide * 2},${thumbnailSide * 2}`
  const thumbnail = `${dicomwebRoot}/studies/${encodeURIComponent(study.study)}/thumbnail?viewport=${viewport}`
  return html`<li><a class="study" href="${href}">
  <span class="study-thumbnail"><img src="${thumbnail}" alt="" width="${thumbnailSide}" height="${thumbnailSide}" loading="lazy" decoding="async"></span>
  <span class="study-patient">
    <span class="study-name"><bdi>${name?.name ?? 'No name'}</bdi>${name?.native !== undefined && html` <bdi class="native-name">${name.native}</bdi>`}</span>
    ${patientId !== undefined && html`<span class="study-id"><span class="visually-hidden">Patient ID </span><bdi>${patientId}</bdi></span>`}
  </span>
  <span class="study-what">
    <span class="study-description">${description === undefined ? html`<span class="faint">No description</span>` : html`<bdi>${description}</bdi>`}</span>
    <span class="study-amount">${amount(series, 'series', 'series', formats)}, ${amount(images, 'image', 'images', formats)}</span>
  </span>
  <span class="study-modalities">${modalities.map((modality) => html`<span class="chip">${modality}</span>`)}</span>
  ${studyDate(study.date, formats)}
</a></li>`
}

function studyDate(date: string | undefined, formats: Formats): Html {
  if (date === undefined || date === '') return html`<span class="study-date faint">No date</span>`
  const { text, iso } = formats.date(date)
  return iso === undefined
    ? html`<span class="study-date">${text}</span>`
    : html`<time class="study-date" datetime="${iso}">${text}</time>`
}

function amount(count: number, one: string, many: string, formats: Formats): string {
  return `${formats.count(count)} ${count === 1 ? one : many}`
}

/** Shown by the script: without it there is nothing to drop files on. */
const uploadSection = html`<section id="upload" class="upload" aria-labelledby="add" hidden>
  <h2 id="add">Add images</h2>
  <div id="drop-zone" class="drop-zone">
    <p class="drop-title">Drop files, folders or a zip here</p>
    <p class="drop-hint">Whole discs are welcome: what is not DICOM is left out and listed.</p>
    <p class="drop-buttons">
      <button type="button" id="choose-files" class="button">Choose files</button>
      <button type="button" id="choose-folder" class="button button-quiet">Choose a folder</button>
    </p>
    <input type="file" id="files" multiple hidden>
    <input type="file" id="folder" webkitdirectory hidden>
  </div>
  <div id="progress" class="progress" hidden>
    <div class="progress-head">
      <p id="progress-title" class="progress-title" role="status"></p>
      <button type="button" id="cancel" class="button button-quiet">Stop</button>
    </div>
    <progress id="total" max="1" value="0" aria-label="Upload in total"></progress>
    <p id="progress-detail" class="progress-detail"></p>
    <ul id="under-way" class="file-list under-way"></ul>
    <div id="refusals" class="refusals" hidden>
      <h3 id="refusals-title"></h3>
      <ul id="refused" class="file-list"></ul>
    </div>
    <details id="others" class="others" hidden>
      <summary id="others-title"></summary>
      <ul id="skipped" class="file-list"></ul>
    </details>
  </div>
</section>
<noscript><p class="empty">With JavaScript on, files can be dropped here. Without it, use <code>sansfilm import</code>.</p></noscript>`

const readOnlyNote = html`<p class="notice">This archive is read only: it shows and sends, and takes nothing new.</p>`

function connectSection(dicomwebRoot: string): Html {
  return html`<section aria-labelledby="connect">
  <h2 id="connect">Connect</h2>
  <p>Any DICOMweb client can store, search and retrieve at this address.</p>
  <div class="address">
    <code id="root">${dicomwebRoot}</code>
    <button type="button" id="copy" class="button button-quiet" hidden>Copy</button>
  </div>
  <p class="links">
    <a href="docs/">Documentation</a>
    <a href="docs/conformance-statement">Conformance statement</a>
    <a href="${dicomwebRoot}/studies?limit=10">A first search</a>
  </p>
</section>`
}
