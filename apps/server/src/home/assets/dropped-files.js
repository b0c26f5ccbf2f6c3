/**
 * A file to send, and the path it has in what was dropped or chosen.
 * @typedef {{ file: File, path: string }} ChosenFile
 */

/**
 * The files of a drop, folders looked through. The entries must be taken while the event is handled: afterwards the
 * browser has emptied it.
 * @param {DataTransfer} transfer
 * @returns {AsyncGenerator<ChosenFile>}
 */
export function droppedFiles(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === 'file')
  const entries = items.map((item) => item.webkitGetAsEntry?.() ?? item.getAsFile())
  return walkEntries(entries)
}

/** @returns {AsyncGenerator<ChosenFile>} */
export async function* chosenFiles(fileList) {
  for (const file of fileList) yield { file, path: file.webkitRelativePath || file.name }
}

async function* walkEntries(entries) {
  for (const entry of entries) {
    if (entry === null) continue
    if (entry instanceof File) yield { file: entry, path: entry.name }
    else if (entry.isFile) yield { file: await fileOf(entry), path: entry.fullPath.replace(/^\//, '') }
    else yield* walkFolder(entry)
  }
}

/** A reader gives at most a hundred entries at a time, and an empty list at the end. */
async function* walkFolder(folder) {
  const reader = folder.createReader()
  for (;;) {
    const entries = await new Promise((resolve, reject) => reader.readEntries(resolve, reject))
    if (entries.length === 0) return
    yield* walkEntries(entries)
  }
}

function fileOf(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}
