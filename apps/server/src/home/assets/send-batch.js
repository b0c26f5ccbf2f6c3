/**
 * Sends some files in one request.
 * @param {readonly import('./dropped-files.js').ChosenFile[]} batch
 * @param {{
 *   onSent(bytes: number): void,
 *   onOutcome(outcome: { field: string, name: string, status: string, reason?: string }): void,
 *   signal: AbortSignal,
 * }} hooks `onSent` hears how much of the batch has left; the outcome's `field` is the file's position in the batch
 * @returns {Promise<void>} rejects with an Error for people to read when the answer does not come to its end
 */
export function sendBatch(batch, { onSent, onOutcome, signal }) {
  const form = new FormData()
  for (const [position, { file, path }] of batch.entries()) form.append(String(position), file, path)
  // fetch cannot tell how much of a body has been sent.
  const request = new XMLHttpRequest()
  request.open('POST', 'upload')
  request.setRequestHeader('x-sansfilm-upload', '1')
  return new Promise((resolve, reject) => {
    const lines = createLineReader(request)
    let ended = false
    let problem
    function readLines() {
      if (request.status !== 200) return
      for (const line of lines.read()) {
        if (line.end) ended = true
        else if (line.error) problem = line.error
        else onOutcome(line)
      }
    }
    request.upload.onprogress = ({ loaded }) => onSent(loaded)
    request.onprogress = readLines
    request.onload = () => {
      readLines()
      if (ended) resolve()
      else reject(new Error(problem ?? refusalOf(request)))
    }
    request.onerror = () => reject(new Error('The server could not be reached'))
    request.onabort = () => reject(new Error('Stopped'))
    signal.addEventListener('abort', () => request.abort(), { once: true })
    request.send(form)
  })
}

/** Lines of JSON as they arrive. */
function createLineReader(request) {
  let position = 0
  return {
    *read() {
      for (;;) {
        const end = request.responseText.indexOf('\n', position)
        if (end < 0) return
        yield JSON.parse(request.responseText.slice(position, end))
        position = end + 1
      }
    },
  }
}

/** The detail of a problem document, where the server sent one. */
function refusalOf({ status, responseText }) {
  try {
    return JSON.parse(responseText).detail
  } catch {
    return `The server answered with status ${status}`
  }
}
