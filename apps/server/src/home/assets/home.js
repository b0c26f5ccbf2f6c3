import { chosenFiles, droppedFiles } from './dropped-files.js'
import { uploadAll } from './upload-queue.js'
import { createUploadView } from './upload-view.js'

const element = (id) => document.getElementById(id)

/** Puts the part of the page that changes anew; the server renders it. */
async function refreshArchive() {
  const response = await fetch('archive', { credentials: 'same-origin' })
  if (!response.ok) return
  const page = new DOMParser().parseFromString(await response.text(), 'text/html')
  const archive = page.getElementById('archive')
  if (archive !== null) element('archive').replaceWith(document.adoptNode(archive))
}

function enableCopy() {
  if (navigator.clipboard === undefined) return // Browsers offer it to HTTPS and localhost only.
  const button = element('copy')
  button.hidden = false
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(element('root').textContent)
    button.textContent = 'Copied'
    setTimeout(() => {
      button.textContent = 'Copy'
    }, 2000)
  })
}

function enableUpload() {
  const zone = element('drop-zone')
  element('upload').hidden = false
  const view = createUploadView(element)
  let running = 0
  let controller = new AbortController()

  async function upload(files) {
    if (running === 0) controller = new AbortController()
    const { signal } = controller
    running += 1
    view.start()
    try {
      await uploadAll(files, {
        signal,
        onFound: view.found,
        onStart: view.fileStarted,
        onProgress: view.fileSent,
        onDone: view.fileDone,
        onOutcome: view.outcome,
      })
    } catch (error) {
      view.outcome({ name: 'Selection', status: 'refused', reason: `It could not be read: ${error.message}` })
    } finally {
      running -= 1
      if (running === 0) {
        view.end(signal.aborted)
        await refreshArchive()
      }
    }
  }

  element('choose-files').addEventListener('click', () => element('files').click())
  element('choose-folder').addEventListener('click', () => element('folder').click())
  for (const input of [element('files'), element('folder')]) {
    input.addEventListener('change', () => {
      upload(chosenFiles([...input.files]))
      input.value = '' // So that the same choice can be made again.
    })
  }
  element('cancel').addEventListener('click', () => controller.abort())

  // A file that misses the zone must not replace the page.
  window.addEventListener('dragover', (event) => event.preventDefault())
  window.addEventListener('drop', (event) => {
    event.preventDefault()
    zone.classList.remove('over')
    if (event.dataTransfer?.types.includes('Files')) upload(droppedFiles(event.dataTransfer))
  })
  window.addEventListener('dragenter', () => zone.classList.add('over'))
  window.addEventListener('dragleave', (event) => {
    if (event.relatedTarget === null) zone.classList.remove('over')
  })
  window.addEventListener('beforeunload', (event) => {
    if (running > 0) event.preventDefault()
  })
}

enableCopy()
if (element('upload') !== null) enableUpload()
