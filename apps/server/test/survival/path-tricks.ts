import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startArchive } from './archive-process.ts'
import { send, store } from './client.ts'
import { archiveFiles, filesBelow, withFolder } from './data-folder.ts'
import { requestHead, sendRaw } from './raw-connection.ts'
import type { Scenario } from './scenario.ts'
import { makeObject } from './test-object.ts'

const canary = 'canary-that-nobody-may-read'

/** What is no UID, and would be a path. `%` is as it goes over the wire. */
const tricks = [
  '..',
  '../../canary',
  '../../../../../../etc/passwd',
  '..%2f..%2fcanary',
  '%2e%2e/%2e%2e/canary',
  '%2e%2e%2f%2e%2e%2fcanary',
  '%252e%252e%252fcanary',
  '..%5c..%5ccanary',
  '..\\..\\canary',
  '1.2.3%00.dcm',
  '1.2.3%0d%0aX-Trick:%20yes',
  '%c0%ae%c0%ae%c0%afcanary',
  '%ef%bc%8e%ef%bc%8e%ef%bc%8fcanary',
  '%e2%80%a6',
  '%u002e%u002e',
  '%',
  '%zz',
  '%ff%fe',
  '/etc/passwd',
  'file:///etc/passwd',
  'C:%5cWindows',
  '~',
  '$(id)',
  "1'%20OR%20'1'='1",
  '1.2.3;rm',
  '*',
  '.incoming',
  'index.sqlite',
  '1'.repeat(65),
  '1.2.'.repeat(2000),
  'con',
  '%f0%9f%92%a3',
]

const templates: readonly [method: string, path: (trick: string) => string][] = [
  ['GET', (trick) => `/dicom-web/studies/${trick}`],
  ['GET', (trick) => `/dicom-web/studies/1.2/series/${trick}/metadata`],
  ['GET', (trick) => `/dicom-web/studies/1.2/series/1.3/instances/${trick}`],
  ['GET', (trick) => `/dicom-web/studies/1.2/series/1.3/instances/1.4/frames/${trick}`],
  ['GET', (trick) => `/dicom-web/studies/1.2/series/1.3/instances/1.4/bulkdata/${trick}`],
  ['GET', (trick) => `/dicom-web/studies?StudyInstanceUID=${trick}`],
  ['GET', (trick) => `/dicom-web/instances?SOPInstanceUID=${trick}&includefield=${trick}`],
  ['GET', (trick) => `/viewer/${trick}`],
  ['GET', (trick) => `/assets/${trick}`],
  ['GET', (trick) => `/docs/${trick}`],
  ['DELETE', (trick) => `/dicom-web/studies/${trick}`],
  ['POST', (trick) => `/dicom-web/studies/${trick}`],
]

/** Paths in the place of UIDs: in request targets, query strings and data sets. */
export const pathTricks: Scenario<{ rounds: number }> = {
  name: 'paths',
  title: 'path tricks in UIDs lead nowhere',
  short: { rounds: 1 },
  long: { rounds: 20 },
  run: ({ rounds }, watch) =>
    withFolder(async (folder) => {
      const data = join(folder, 'data')
      await writeFile(join(folder, 'canary'), canary)
      await mkdir(join(folder, 'beside'))
      const server = await startArchive(data, watch)
      const kept = makeObject()
      await store(server.origin, [kept])
      const outside = async () =>
        (await filesBelow(folder))
          .filter((path) => !path.startsWith('data/'))
          .sort()
          .join()
      const before = await outside()
      let requests = 0
      for (let round = 1; round <= rounds; round++) {
        for (const trick of tricks) {
          for (const [method, path] of templates) {
            const body = method === 'POST' ? makeObject().bytes : Buffer.of()
            const headers = {
              connection: 'close',
              'content-type': 'application/dicom',
              'content-length': String(body.length),
            }
            const { status, text, late } = await sendRaw(server.origin, [
              requestHead(method, path(trick), headers),
              body,
            ])
            requests++
            const told = `${method} ${path(trick).slice(0, 120)}: ${late ? 'no answer' : status}`
            if (late || status === 0 || (status >= 500 && status !== 501)) watch.violated(told)
            if (text.includes(canary) || text.includes('root:')) watch.violated(`${told}, with another file's content`)
            if (/^x-trick/im.test(text)) watch.violated(`${told}, with a header field of the client's`)
            const empty = status === 204 || (status === 200 && text.endsWith('\r\n\r\n[]'))
            // A wild card finds what is there.
            if (path(trick).startsWith('/dicom-web/') && !empty && (status < 400 || status >= 500) && trick !== '*') {
              watch.violated(told)
            }
          }
        }
        for (const uid of tricks.map(decoded)) {
          for (const where of ['study', 'series', 'instance'] as const) {
            const object = makeObject({ [where]: uid })
            const { status, body } = await send(server.origin, {
              path: '/dicom-web/studies',
              headers: { 'content-type': 'application/dicom' },
              body: object.bytes,
            })
            requests++
            // A UID of digits that is too long is stored as other archives do, or refused.
            if (status !== 409 && !/^[0-9.]+$/.test(uid)) {
              watch.violated(`a ${where} of ${JSON.stringify(uid.slice(0, 60))} was answered with ${status}`)
            }
            if (body.includes(canary)) watch.violated('a store answered with another file')
          }
        }
        watch.progress(`${requests} requests`)
      }
      if ((await outside()) !== before) watch.violated(`files outside: ${await outside()}`)
      const strange = (await archiveFiles(data)).objects.filter(
        (path) => !/^default\/\d{8}\/\d{4}\/\d{5}-[0-9a-f-]{36}(\.pack)?$/.test(path),
      )
      if (strange.length > 0) watch.violated(`strange objects: ${strange.join()}`)
      await server.stop()
      return { tricks: tricks.length, requests }
    }),
}

/** What a server that decodes would see. */
function decoded(trick: string): string {
  try {
    return decodeURIComponent(trick)
  } catch {
    return trick
  }
}
