import { describe, expect, test } from '@jest/globals'
import { type Context, createDicomweb, type DicomwebEvent, type DicomwebOptions } from '@sansfilm/core'
import { sopClasses, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { memoryIndex } from './memory-index.ts'
import { memoryStorage } from './memory-storage.ts'

const uids = { study: '2.25.1', series: '2.25.2', instance: '2.25.3' }
const instancePath = `/studies/${uids.study}/series/${uids.series}/instances/${uids.instance}`

/** A Secondary Capture, of the patient whose ID is given. */
function objectOf(patient: string): Uint8Array {
  return writePart10Buffer({
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
    dataset: {
      [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.SecondaryCaptureImageStorage.uid] },
      [tags.SOPInstanceUID]: { vr: 'UI', Value: [uids.instance] },
      [tags.Modality]: { vr: 'CS', Value: ['OT'] },
      [tags.PatientID]: { vr: 'LO', Value: [patient] },
      [tags.StudyInstanceUID]: { vr: 'UI', Value: [uids.study] },
      [tags.SeriesInstanceUID]: { vr: 'UI', Value: [uids.series] },
    },
  })
}

/** An archive that notes what happens in it, and the requests of a client. */
function archive(options: Partial<DicomwebOptions> = {}) {
  const events: DicomwebEvent[] = []
  const dicomweb = createDicomweb({
    storage: memoryStorage(),
    index: memoryIndex(),
    listeners: [(event) => void events.push(event)],
    ...options,
  })
  const ask = async (method: string, url: string, given?: Partial<Context>, payload?: Uint8Array): Promise<number> => {
    async function* bytes() {
      if (payload !== undefined) yield payload
    }
    const { status, body } = await dicomweb.handle(
      {
        method,
        url,
        serviceRoot: 'https://pacs.example',
        headers: payload === undefined ? {} : { 'content-type': 'application/dicom' },
        body: payload === undefined ? null : bytes(),
      },
      given,
    )
    if (body !== null && !(body instanceof Uint8Array)) for await (const _ of body);
    return status
  }
  return { events, ask }
}

describe('listeners', () => {
  const anna = { caller: { id: 'anna', roles: ['radiologist'] }, requestId: 'r-1' }
  const context = { partition: 'default', ...anna }
  const at = expect.any(Date)

  test('hear of each transaction, with who asked and what for', async () => {
    const { events, ask } = archive()
    await ask('POST', '/studies', anna, objectOf('P1'))
    await ask('POST', '/studies', anna, objectOf('P1'))
    await ask('POST', '/studies', anna, objectOf('P2'))
    await ask('GET', '/studies?PatientID=P1', anna)
    await ask('GET', `/studies/${uids.study}/series`, anna)
    await ask('GET', instancePath, anna)
    await ask('GET', `/studies/${uids.study}/metadata`, anna)
    await ask('HEAD', instancePath, anna)
    await ask('DELETE', `/studies/${uids.study}`, anna)
    await ask('DELETE', `/studies/${uids.study}`, anna)
    const study = { study: uids.study }
    expect(events).toEqual([
      { type: 'stored', at, context, target: uids, bytes: objectOf('P1').length, outcome: 'added' },
      { type: 'stored', at, context, target: uids, bytes: objectOf('P1').length, outcome: 'identical' },
      { type: 'refused', at, context, target: uids, failureReason: expect.any(Number) },
      { type: 'searched', at, context, target: {}, level: 'study' },
      { type: 'searched', at, context, target: study, level: 'series' },
      { type: 'retrieved', at, context, target: uids, resource: expect.any(String) },
      { type: 'retrieved', at, context, target: study, resource: expect.any(String) },
      { type: 'deleted', at, context, target: study, instances: 1 },
    ])
  })

  test('hear of a replacement', async () => {
    const { events, ask } = archive({ onConflict: 'replace' })
    await ask('POST', '/studies', anna, objectOf('P1'))
    await ask('POST', '/studies', anna, objectOf('P2'))
    expect(events.map((event) => event.type === 'stored' && event.outcome)).toEqual(['added', 'replaced'])
  })

  test('hear of what was denied, by transaction', async () => {
    let allowed = true
    const { events, ask } = archive({ authorize: () => allowed })
    await ask('POST', '/studies', anna, objectOf('P1'))
    events.length = 0
    allowed = false
    expect(await ask('GET', '/studies', anna)).toBe(204)
    expect(await ask('GET', instancePath, anna)).toBe(403)
    expect(await ask('DELETE', instancePath, anna)).toBe(403)
    expect(await ask('POST', '/studies', anna, objectOf('P2'))).toBeGreaterThanOrEqual(400)
    const denied = events.flatMap((event) => (event.type === 'denied' ? [event] : []))
    expect(denied.map(({ transaction }) => transaction)).toEqual(['search', 'retrieve', 'delete', 'store'])
    expect(denied.map(({ target }) => target)).toEqual([{}, uids, uids, expect.objectContaining({})])
  })

  test('get no attribute values but UIDs', async () => {
    const { events, ask } = archive()
    await ask('POST', '/studies', anna, objectOf('SECRET-ID'))
    await ask('GET', '/studies?PatientID=SECRET-ID', anna)
    expect(JSON.stringify(events)).not.toContain('SECRET')
  })

  test('that throw are reported, and change nothing for others', async () => {
    const reported: unknown[] = []
    const heard: string[] = []
    const { ask } = archive({
      listeners: [
        () => {
          throw new Error('no room in the audit log')
        },
        ({ type }) => void heard.push(type),
      ],
      reportBug: (error, context) => void reported.push([String(error), context?.caller.id]),
    })
    expect(await ask('POST', '/studies', anna, objectOf('P1'))).toBe(200)
    expect(heard).toEqual(['stored'])
    expect(reported).toEqual([['Error: no room in the audit log', 'anna']])
  })
})

describe('partitions', () => {
  test('hold the same UIDs without knowing of each other', async () => {
    const { events, ask } = archive({ partitions: ['default', 'north', 'south'] })
    const north = { partition: 'north', caller: { id: 'ben' } }
    expect(await ask('POST', '/studies', north, objectOf('P1'))).toBe(200)
    expect(await ask('POST', '/partitions/south/studies', {}, objectOf('P2'))).toBe(200)
    expect(events.map(({ context }) => [context.partition, context.caller.id])).toEqual([
      ['north', 'ben'],
      ['south', 'anonymous'],
    ])
    expect(await ask('GET', '/studies')).toBe(204)
    expect(await ask('GET', '/partitions/north/studies?PatientID=P1')).toBe(200)
    expect(await ask('GET', '/partitions/north/studies?PatientID=P2')).toBe(204)
    expect(await ask('GET', `/partitions/south${instancePath}`)).toBe(200)
    expect(await ask('GET', instancePath)).toBe(404)
    expect(await ask('DELETE', instancePath, north)).toBe(204)
    expect(await ask('GET', `/partitions/south${instancePath}`)).toBe(200)
  })

  test('are not left by whoever was given one', async () => {
    const { ask } = archive({ partitions: ['north', 'south'] })
    await ask('POST', '/studies', { partition: 'south' }, objectOf('P1'))
    expect(await ask('GET', '/partitions/south/studies', { partition: 'north' })).toBe(404)
    expect(await ask('GET', '/partitions/south/studies', { partition: 'south' })).toBe(200)
    expect(await ask('GET', '/studies')).toBe(404)
    expect(await ask('GET', '/partitions/west/studies')).toBe(404)
  })
})
