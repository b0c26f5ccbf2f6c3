import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { beforeAll, describe, expect, it } from '@jest/globals'
import { createDicomweb, type Dicomweb } from '@sansfilm/core'
import { type Attribute, type Dataset, lookupTag, type PersonName, tags } from '@sansfilm/dicom'
import { memoryIndex } from './memory-index.ts'
import { memoryStorage } from './memory-storage.ts'

const corpusFolder = process.env.SANSFILM_CORPUS
const describeCorpus = corpusFolder === undefined ? describe.skip : describe
const skipped = corpusFolder === undefined ? ' [skipped: SANSFILM_CORPUS names no corpus folder]' : ''

const serviceRoot = 'https://pacs.example/dicom-web'

/** Values that are no keys, as they stand in real files. */
const unusable: readonly string[] = ['1990/01/']

describeCorpus(`a search in an archive of real files${skipped}`, () => {
  let dicomweb: Dicomweb

  const call = (method: string, url: string, body: Buffer | undefined) =>
    dicomweb.handle({
      method,
      url,
      serviceRoot,
      headers: body === undefined ? {} : { 'content-type': 'application/dicom' },
      body: body === undefined ? null : Readable.from([body]),
    })

  async function find(url: string): Promise<Dataset[]> {
    const { status, body } = await call('GET', url, undefined)
    if (status === 204 || body === null) return []
    const chunks = body instanceof Uint8Array ? [body] : await Readable.from(body).toArray()
    const text = Buffer.concat(chunks).toString()
    if (status !== 200) throw new Error(`${url}: ${status} ${text}`)
    return JSON.parse(text)
  }

  beforeAll(async () => {
    dicomweb = createDicomweb({ storage: memoryStorage(), index: memoryIndex() })
    const folder = join(corpusFolder as string, 'files') // or the test is skipped
    for (const name of readdirSync(folder)) await call('POST', '/studies', readFileSync(join(folder, name)))
  }, 120_000)

  it.each([
    ['/studies', tags.StudyInstanceUID],
    ['/series', tags.SeriesInstanceUID],
    ['/instances', tags.SOPInstanceUID],
  ])(
    '%s: every value finds the resources that have it',
    async (path, identifier) => {
      const all = await find(
        `${path}?includefield=${path === '/instances' ? 'AcquisitionDateTime,ContentDate,ContentTime' : 'all'}`,
      )
      expect(all.length).toBeGreaterThan(50)
      const asked = new Set<string>()
      const missed: string[] = []
      for (const one of all) {
        for (const [tag, attribute] of Object.entries(one)) {
          const text = tag === tags.InstanceAvailability || tag === tags.RetrieveURL ? undefined : textOf(attribute)
          const url = `${path}?${tag}=${encodeURIComponent(text ?? '')}`
          if (text === undefined || unusable.includes(text) || lookupTag(tag) === undefined || asked.has(url)) continue
          asked.add(url)
          const found = await find(url)
          if (!found.some((match) => isDeepEqual(match[identifier], one[identifier]))) missed.push(url)
        }
      }
      expect(missed).toEqual([])
      expect(asked.size).toBeGreaterThan(200)
    },
    120_000,
  )
})

/** The first value as a client writes it; none for sequences and what says nothing. */
function textOf({ vr, Value: [value] = [] }: Attribute): string | undefined {
  if (vr === 'SQ' || value === undefined || value === null) return undefined
  const { Alphabetic, Ideographic, Phonetic } = (typeof value === 'object' ? value : {}) as PersonName // a PN, as SQ is out
  const text = typeof value === 'object' ? (Alphabetic ?? Ideographic ?? Phonetic ?? '') : String(value)
  return /^[*^\s]*$/.test(text) ? undefined : text
}

function isDeepEqual(left: Attribute | undefined, right: Attribute | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right)
}
