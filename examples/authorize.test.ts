import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { sopClasses, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'

let root: string
let example: typeof import('./authorize.ts')

beforeAll(async () => {
  process.env.PORT = '0'
  example = await import('./authorize.ts')
  if (!example.server.listening) await once(example.server, 'listening')
  const { port } = example.server.address() as AddressInfo // listening on TCP
  root = `http://localhost:${port}/dicom-web`
})

afterAll(() => {
  example.server.close()
})

const ask = (token: string, path: string, options: RequestInit = {}) =>
  fetch(root + path, { ...options, headers: { authorization: `Bearer ${token}`, 'content-type': 'application/dicom' } })

function instance(study: string, description: string): Uint8Array<ArrayBuffer> {
  const bytes = writePart10Buffer({
    transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
    dataset: {
      [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.RawDataStorage.uid] },
      [tags.SOPInstanceUID]: { vr: 'UI', Value: [`${study}.1.1`] },
      [tags.StudyDescription]: { vr: 'LO', Value: [description] },
      [tags.StudyInstanceUID]: { vr: 'UI', Value: [study] },
      [tags.SeriesInstanceUID]: { vr: 'UI', Value: [`${study}.1`] },
    },
  })
  return new Uint8Array(bytes)
}

const store = async (token: string, body: Uint8Array<ArrayBuffer>) =>
  (await ask(token, '/studies', { method: 'POST', body })).status

async function studiesOf(token: string): Promise<number> {
  const response = await ask(token, '/studies')
  return response.status === 204 ? 0 : ((await response.json()) as unknown[]).length
}

test('each sees and does what the guide says', async () => {
  expect((await fetch(`${root}/studies`)).status).toBe(401)
  expect(await store('anna', instance('2.25.1', 'TEACHING knee'))).toBe(200)
  expect(await store('anna', instance('2.25.2', 'Knee'))).toBe(200)
  expect(await store('ben', instance('2.25.3', 'TEACHING hand'))).toBe(409)

  expect(await studiesOf('anna')).toBe(2)
  expect(await studiesOf('ben')).toBe(1)
  expect(await studiesOf('carla')).toBe(0)

  expect((await ask('ben', '/studies/2.25.1/metadata')).status).toBe(200)
  expect((await ask('ben', '/studies/2.25.2/metadata')).status).toBe(404)
  expect((await ask('ben', '/studies/2.25.1', { method: 'DELETE' })).status).toBe(403)
  expect((await ask('carla', '/partitions/north/studies')).status).toBe(404)

  expect(example.audit.some((line) => / north anna stored 2\.25\.1$/.test(line))).toBe(true)
  expect(example.audit.some((line) => / north ben denied 2\.25\.2$/.test(line))).toBe(true)
})
