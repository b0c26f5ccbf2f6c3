import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { createDicomweb, type Dicomweb } from '@sansfilm/core'
import { sopClasses, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { sqliteIndex } from '@sansfilm/index-sqlite'
import { memoryIndex, memoryStorage } from '@sansfilm/memory'
import { collect } from './support/collect.ts'
import { datasetOf, type ValuesByKeyword } from './support/dataset-of.ts'
import { createRandom, type Random } from './survival/random.ts'

const seed = 20_240_131
const queries = 500

/** What values and keys are put together from: what SQL, GLOB, JSON, names and lists have a use for, and odd letters. */
const pieces = [
  ...['a', 'A', 'ä', 'a\u0308', 'ß', 'ss', 'Ł', 'İ', 'ı', 'ﬀ', 'Ａ', '山', 'か', 'が', '\u{1F9E0}', '0', '7', '10'],
  ...[
    '%',
    '_',
    '*',
    '?',
    '[',
    ']',
    '^',
    '=',
    '-',
    "'",
    '"',
    '`',
    ';',
    ',',
    '.',
    ' ',
    '  ',
    '|',
    '{',
    '}',
    '\u00a0',
    '\0',
  ],
]
const text = (random: Random, longest: number): string =>
  Array.from({ length: 1 + random.below(longest) }, () => random.pick(pieces)).join('')

const dates = ['20240131', '20240201', '2024.01.31', '19991231', '00010101']
const times = ['10', '1030', '103000.5', '235959.999999', '10:30:00', '0000']
const modalities = ['CT', 'MR', 'SR', 'C[']

/** A study of one series and instance; what the file writer refuses is left out there. */
function valuesOf(random: Random, number: number): ValuesByKeyword {
  const maybe = <Value>(make: () => Value): Value | undefined => (random.below(3) === 0 ? undefined : make())
  const plain = (longest: number) => text(random, longest).replaceAll(/[\\\0]/g, '')
  return {
    SOPClassUID: sopClasses.SecondaryCaptureImageStorage.uid,
    StudyInstanceUID: `2.25.${number}`,
    SeriesInstanceUID: `2.25.${number}.1`,
    SOPInstanceUID: `2.25.${number}.1.1`,
    PatientName: maybe(() => plain(5)),
    PatientID: maybe(() => plain(4)),
    AccessionNumber: maybe(() => plain(3)),
    StudyDescription: maybe(() => plain(6)),
    PatientComments: maybe(() => plain(6)),
    StudyDate: maybe(() => random.pick(dates)),
    StudyTime: maybe(() => random.pick(times)),
    Modality: maybe(() => random.pick(modalities)),
    OtherPatientIDsSequence: maybe(() => [
      datasetOf({ PatientID: plain(2), IssuerOfPatientID: plain(2) }),
      datasetOf({ PatientID: plain(2), IssuerOfPatientID: plain(2) }),
    ]),
  }
}

const keysOf: Readonly<Record<string, (random: Random, value: string) => string>> = {
  PatientName: (_, value) => value,
  PatientID: (_, value) => value,
  AccessionNumber: (_, value) => value,
  StudyDescription: (_, value) => value,
  PatientComments: (_, value) => value,
  StudyDate: (random) => random.pick(['20240131', '-20240131', '20240131-', '19990101-20240131', '""', '']),
  StudyTime: (random) => random.pick(['10', '10-', '-1030', '09-103000', '""']),
  ModalitiesInStudy: (random) => random.pick(['CT', 'CT,MR', 'C*', '?R', 'C[', '""']),
  NumberOfStudyRelatedInstances: (random) => random.pick(['1', '2', '01', '1.0']),
  'OtherPatientIDsSequence.PatientID': (_, value) => value,
  'OtherPatientIDsSequence.IssuerOfPatientID': (_, value) => value,
}

/** A key's value: one that is stored, with something of it hidden behind a wild card, or one made up. */
function keyValue(random: Random, stored: readonly string[]): string {
  const characters = [...(random.below(4) === 0 ? text(random, 3) : random.pick(stored))]
  const at = random.below(characters.length + 1)
  if (characters.length === 0) return ''
  switch (random.below(4)) {
    case 0:
      return characters.join('')
    case 1:
      return `${characters.slice(0, at).join('')}*`
    case 2:
      return `*${characters.slice(at).join('')}*`
    default:
      return characters.with(Math.min(at, characters.length - 1), '?').join('')
  }
}

describe(`an index on SQLite finds what the reference finds (seed ${seed})`, () => {
  let directory: string
  let archives: readonly Dicomweb[]
  const indexes = [memoryIndex()]
  const stored = new Map<string, string[]>()

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
    indexes.push(sqliteIndex({ file: join(directory, 'index.sqlite') }))
    archives = indexes.map((index) => createDicomweb({ storage: memoryStorage(), index }))
    const random = createRandom(seed)
    for (let number = 1; number <= 150; number++) {
      const values = valuesOf(random, number)
      for (const [name, value] of Object.entries(values)) {
        if (typeof value === 'string') stored.set(name, [...(stored.get(name) ?? []), value])
      }
      const bytes = writePart10Buffer({
        dataset: datasetOf(values),
        transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
      })
      for (const archive of archives) expect(await store(archive, bytes)).toBe(200)
    }
  }, 60_000)

  afterAll(async () => {
    for (const index of indexes) await index.close()
    await rm(directory, { recursive: true, force: true })
  })

  test('for hundreds of queries made by chance, none of which fails', async () => {
    const random = createRandom(seed + 1)
    let found = 0
    for (let round = 0; round < queries; round++) {
      const parameters = new URLSearchParams()
      for (const option of ['fuzzymatching', 'emptyvaluematching', 'multiplevaluematching'])
        if (random.below(3) === 0) parameters.set(option, 'true')
      for (let keys = 1 + random.below(2); keys > 0; keys--) {
        const name = random.pick(Object.keys(keysOf))
        const value = keyValue(random, stored.get(name) ?? stored.get('PatientID') ?? [''])
        const key = keysOf[name]?.(random, value) ?? ''
        parameters.set(name, key)
        if (key === '""') parameters.set('emptyvaluematching', 'true')
      }
      const query = `/${random.pick(['studies', 'series', 'instances'])}?${parameters}`
      const [reference, other] = await Promise.all(archives.map((archive) => ask(archive, query)))
      expect({ query, ...other }).toEqual({ query, ...reference })
      expect([200, 204]).toContain(reference?.status)
      if (reference?.status === 200) found++
    }
    // Both ways are taken often enough to say something.
    expect(found).toBeGreaterThan(queries / 8)
    expect(found).toBeLessThan((queries * 7) / 8)
  }, 120_000)
})

async function store(archive: Dicomweb, bytes: Uint8Array): Promise<number> {
  async function* body() {
    yield bytes
  }
  const headers = { 'content-type': 'application/dicom' }
  const request = { method: 'POST', url: '/studies', serviceRoot: 'https://pacs.example', headers, body: body() }
  return (await archive.handle(request)).status
}

async function ask(archive: Dicomweb, url: string): Promise<{ readonly status: number; readonly text: string }> {
  const request = { method: 'GET', url, serviceRoot: 'https://pacs.example', headers: {}, body: null }
  const { status, body } = await archive.handle(request)
  const chunks = body === null ? [] : body instanceof Uint8Array ? [body] : await collect(body)
  return { status, text: Buffer.concat(chunks).toString() }
}
