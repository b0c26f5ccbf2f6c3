/** Entries shown of a list; the rest is a number. A page with 100,000 lines helps nobody. */
const shownOfList = 500

/** Shows an upload. Every text from a file or a server is put in as text. */
export function createUploadView(element) {
  const counts = { found: 0, settled: 0, stored: 0, 'already-stored': 0, refused: 0, skipped: 0 }
  const bytes = { found: 0, done: 0 }
  const underWay = new Map()
  const refused = createList(element('refused'))
  const skipped = createList(element('skipped'))
  let waitsForFrame = false

  /** Drawn once a frame, whatever happens in between. */
  function redraw() {
    if (waitsForFrame) return
    waitsForFrame = true
    requestAnimationFrame(() => {
      waitsForFrame = false
      draw()
    })
  }

  function draw() {
    const sent = [...underWay.values()].reduce((sum, file) => sum + file.sent, bytes.done)
    element('total').value = bytes.found === 0 ? 0 : Math.min(sent / bytes.found, 1)
    element('progress-detail').textContent = [
      `${number(counts.found)} ${counts.found === 1 ? 'file' : 'files'} chosen`,
      `${number(counts.stored)} stored`,
      ...(counts['already-stored'] > 0 ? [`${number(counts['already-stored'])} stored before`] : []),
      ...(counts.refused > 0 ? [`${number(counts.refused)} refused`] : []),
    ].join(', ')
    element('under-way').replaceChildren(...[...underWay.values()].slice(0, 6).map(({ row }) => row))
    for (const { row, sent: part, size } of underWay.values()) {
      row.querySelector('progress').value = size === 0 ? 1 : part / size
    }
    element('refusals').hidden = counts.refused === 0
    element('refusals-title').textContent = `${number(counts.refused)} not stored`
    element('others').hidden = counts.skipped === 0
    element('others-title').textContent = `${number(counts.skipped)} left out`
  }

  return {
    start() {
      element('progress').hidden = false
      element('progress-title').textContent = 'Uploading'
      element('cancel').hidden = false
    },
    found({ size }) {
      counts.found += 1
      bytes.found += size
      redraw()
    },
    fileStarted(key, { path, size }) {
      const row = document.createElement('li')
      const bar = document.createElement('progress')
      bar.setAttribute('aria-label', path)
      row.append(textElement('span', path), bar)
      underWay.set(key, { row, size, sent: 0 })
    },
    fileSent(key, sent) {
      const file = underWay.get(key)
      if (file !== undefined) file.sent = sent
      redraw()
    },
    fileDone(key, size) {
      underWay.delete(key)
      bytes.done += size
      redraw()
    },
    outcome({ name, status, reason }) {
      counts[status] += 1
      if (status === 'refused') refused.add(name, reason ?? '')
      if (status === 'skipped') skipped.add(name, reason ?? '')
      redraw()
    },
    end(stopped) {
      underWay.clear()
      element('cancel').hidden = true
      element('progress-title').textContent = stopped ? 'Stopped' : summary(counts)
      draw()
    },
  }
}

function summary(counts) {
  if (counts.found === 0) return 'Nothing to upload: the folder has no files'
  const good = counts.stored + counts['already-stored']
  if (good === 0) return 'Nothing was stored'
  if (counts.refused > 0) return 'Done, with some files not stored'
  return counts.stored === 0 ? 'Done: everything was stored before' : 'Done: everything is stored'
}

function createList(list) {
  let further = 0
  let more
  return {
    add(name, reason) {
      if (list.childElementCount < shownOfList) {
        const row = document.createElement('li')
        const why = textElement('span', reason)
        why.className = 'reason'
        row.append(textElement('span', name), why)
        list.append(row)
        return
      }
      further += 1
      more ??= list.appendChild(Object.assign(document.createElement('li'), { className: 'more' }))
      more.textContent = `and ${number(further)} more`
    },
  }
}

function textElement(kind, text) {
  const element = document.createElement(kind)
  element.textContent = text
  return element
}

function number(count) {
  return count.toLocaleString()
}
