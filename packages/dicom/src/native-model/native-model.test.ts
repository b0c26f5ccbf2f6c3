import { isDeepStrictEqual } from 'node:util'
import { describe, expect, test } from '@jest/globals'
import type { Attribute, Dataset } from '../dataset.ts'
import { DatasetError } from '../dataset-error.ts'
import { tags } from '../dictionary/dictionary.ts'
import { readPart10 } from '../part10/read.ts'
import {
  corpusFiles,
  corpusFolder,
  type GoldenMetadata,
  readCorpusFile,
  readGolden,
  withCorpus,
} from '../testing/corpus.ts'
import { createNativeModelDecoder, decodeNativeModel } from './decode.ts'
import { encodeNativeModel } from './encode.ts'

function roundTrip(dataset: Dataset): Dataset {
  return decodeNativeModel(encodeNativeModel(dataset))
}

function document(content: string): string {
  return `<NativeDicomModel>${content}</NativeDicomModel>`
}

describe('encodeNativeModel', () => {
  test('writes keywords, numbers and components as PS3.19 has them', () => {
    const xml = encodeNativeModel({
      [tags.ImageType]: { vr: 'CS', Value: ['ORIGINAL', null, 'AXIAL'] },
      [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'Doe^Jane^^Dr', Ideographic: '山田' }] },
    })
    expect(xml).toContain(
      '<DicomAttribute tag="00080008" vr="CS" keyword="ImageType"><Value number="1">ORIGINAL</Value>' +
        '<Value number="2"/><Value number="3">AXIAL</Value></DicomAttribute>',
    )
    expect(xml).toContain(
      '<PersonName number="1"><Alphabetic><FamilyName>Doe</FamilyName><GivenName>Jane</GivenName>' +
        '<NamePrefix>Dr</NamePrefix></Alphabetic><Ideographic><FamilyName>山田</FamilyName></Ideographic></PersonName>',
    )
  })

  test('names a private element by its creator in the same item, and not by one outside', () => {
    const inner: Dataset = { '00091001': { vr: 'LO', Value: ['inner'] } }
    const xml = encodeNativeModel({
      '00090010': { vr: 'LO', Value: ['ACME "1"'] },
      '00091001': { vr: 'SQ', Value: [inner] },
    })
    expect(xml).toContain('<DicomAttribute tag="00090001" vr="SQ" privateCreator="ACME &quot;1&quot;">')
    expect(xml).toContain('<DicomAttribute tag="00091001" vr="LO"><Value number="1">inner</Value>')
  })

  test('writes keywords of retired and repeating attributes as PS3.6 does', () => {
    const xml = encodeNativeModel({ '60020010': { vr: 'US', Value: [1] }, '00080001': { vr: 'UL', Value: [1] } })
    expect(xml).toContain('keyword="OverlayRows"')
    expect(xml).toContain('keyword="LengthToEnd"')
  })

  test('escapes markup, and replaces what XML forbids', () => {
    const hostile = '<b a="1">&\'\r\n]]>\0\x1b\ud800\uffff'
    const { [tags.PatientID]: read } = roundTrip({ [tags.PatientID]: { vr: 'LO', Value: [hostile] } })
    expect(read?.Value).toEqual(['<b a="1">&\'\r\n]]>\ufffd\ufffd\ufffd\ufffd'])
  })
})

describe('round trip', () => {
  const attributes: readonly Attribute[] = [
    { vr: 'LO' },
    { vr: 'LO', Value: [' a ', null, 'ü\\n'] },
    { vr: 'DS', Value: [1.5, '1.50', 'bad'] },
    { vr: 'UV', Value: ['18446744073709551615', 7] },
    { vr: 'FD', Value: [0.1, 'NaN', '-inf'] },
    { vr: 'AT', Value: ['00100010'] },
    { vr: 'PN', Value: [{ Alphabetic: 'A^^' }, null, { Phonetic: 'a^b^c^d^e^f' }] },
    { vr: 'OW', InlineBinary: 'AAEC' },
    { vr: 'OW', BulkDataURI: 'http://host/a?b=1&c="2"' },
    { vr: 'OB', BulkDataURI: 'urn:uuid:6fa459ea-ee8a-3ca4-894e-db77e160355e' },
    { vr: 'SQ', Value: [{}, { '00100020': { vr: 'LO', Value: ['in'] } }, {}] },
  ]

  test.each(attributes.map((attribute) => [JSON.stringify(attribute), attribute]))('%s', (_, attribute) => {
    const dataset = { '00100020': attribute as Attribute } // test.each forgets the tuple
    expect(roundTrip(dataset)).toEqual(dataset)
  })

  test('two creators of one group keep their blocks, element 00 included', () => {
    const dataset: Dataset = {
      '00090010': { vr: 'LO', Value: ['A'] },
      '00090011': { vr: 'LO', Value: ['B'] },
      '00091000': { vr: 'LO', Value: ['of A'] },
      '00091100': { vr: 'LO', Value: ['of B'] },
    }
    expect(roundTrip(dataset)).toEqual(dataset)
  })
})

describe('decodeNativeModel', () => {
  test('reserves a block for a creator that has none, beside those in use', () => {
    const read = decodeNativeModel(
      document(
        '<DicomAttribute tag="00090001" vr="LO" privateCreator="A"><Value number="1">1</Value></DicomAttribute>' +
          '<DicomAttribute tag="00090001" vr="LO" privateCreator="B"><Value number="1">2</Value></DicomAttribute>',
      ),
    )
    expect(read).toEqual({
      '00090010': { vr: 'LO', Value: ['A'] },
      '00090011': { vr: 'LO', Value: ['B'] },
      '00091001': { vr: 'LO', Value: ['1'] },
      '00091101': { vr: 'LO', Value: ['2'] },
    })
  })

  test('reads a document in chunks that cut a character', () => {
    const bytes = Buffer.from(encodeNativeModel({ [tags.PatientID]: { vr: 'LO', Value: ['山田'] } }))
    const decoder = createNativeModelDecoder()
    for (const byte of bytes) decoder.write(Uint8Array.of(byte))
    expect(decoder.end()[tags.PatientID]?.Value).toEqual(['山田'])
  })

  const attribute = '<DicomAttribute tag="00100020" vr="LO">'
  test.each([
    ['<!DOCTYPE a [<!ENTITY e "x">]><NativeDicomModel/>', 'document type declaration'],
    ['<!DOCTYPE a SYSTEM "file:///etc/passwd"><NativeDicomModel/>', 'document type declaration'],
    ['<?xml version="1.0" encoding="ISO-8859-1"?><NativeDicomModel/>', 'another encoding'],
    [document(`${attribute}<Value number="1">&secret;</Value></DicomAttribute>`), 'not well-formed at line 1'],
    [document(attribute), 'not well-formed'],
    ['', 'not well-formed'],
    ['<Other/>', 'none such'],
    [document('<DicomAttribute tag="1" vr="LO"/>'), 'no right tag'],
    [document('<DicomAttribute tag="00100020" vr="??"/>'), 'PatientID: The attribute has no right vr'],
    [document(`${attribute}<Item number="1"/></DicomAttribute>`), 'PatientID: An element stands where'],
    [document(`${attribute}</DicomAttribute>${attribute}</DicomAttribute>`), 'PatientID: The attribute stands twice'],
    [document(`${attribute}<Value number="0">a</Value></DicomAttribute>`), 'no right number'],
    [document(`${attribute}<Value number="4000000000">a</Value></DicomAttribute>`), 'leave out too many'],
    [document(`${attribute}secret</DicomAttribute>`), 'PatientID: Text stands between'],
    [
      document('<DicomAttribute tag="00280010" vr="US"><Value number="1">secret</Value></DicomAttribute>'),
      'Rows: A value of VR US',
    ],
  ])('refuses %s', (xml, message) => {
    const error = catchError(() => decodeNativeModel(xml))
    expect(error).toBeInstanceOf(DatasetError)
    expect((error as DatasetError).message).toContain(message)
    expect((error as DatasetError).message).not.toContain('secret')
  })

  test('bounds bytes and depth', () => {
    const deep = `<DicomAttribute tag="00081140" vr="SQ"><Item number="1">`.repeat(200)
    expect(catchError(() => decodeNativeModel(`<NativeDicomModel>${deep}`))).toMatchObject({ problem: 'too-large' })
    expect(catchError(() => decodeNativeModel(document(' '.repeat(100)), { maxBytes: 99 }))).toMatchObject({
      problem: 'too-large',
    })
  })

  test('many private creators in one item take no long time', () => {
    const elements = Array.from({ length: 20_000 }, (_, i) => {
      const group = (2 * (i % 10_000) + 9).toString(16).padStart(4, '0')
      return `<DicomAttribute tag="${group}0001" vr="LO" privateCreator="${i}"/>`
    })
    const start = performance.now()
    expect(Object.keys(decodeNativeModel(document(elements.join(''))))).toHaveLength(40_000)
    expect(performance.now() - start).toBeLessThan(3000)
  })

  test('whatever is done to a document, the answer is a data set or a DatasetError', () => {
    const xml = encodeNativeModel({
      [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'A^B' }] },
      '00081140': { vr: 'SQ', Value: [{ '00091001': { vr: 'DS', Value: [1] } }] },
    })
    let seed = 1
    const random = (below: number) => {
      seed = (seed * 1103515245 + 12345) % 2147483648
      return seed % below
    }
    for (let i = 0; i < 3000; i++) {
      const at = random(xml.length)
      const broken = xml.slice(0, at) + xml.slice(random(xml.length), random(xml.length)) + xml.slice(at + random(20))
      const error = catchError(() => decodeNativeModel(broken))
      if (error !== undefined) expect(error).toBeInstanceOf(DatasetError)
    }
  })
})

const describeCorpus = corpusFolder === undefined ? describe.skip : describe

describeCorpus(`corpus${withCorpus}`, () => {
  test('what other tools agree on survives XML', () => {
    const broken = readGolden<GoldenMetadata>('metadata').filter(({ consensus }) => {
      if (consensus === null || JSON.stringify(consensus).includes('BulkSha256')) return false
      return !isDeepStrictEqual(normal(roundTrip(consensus)), normal(consensus))
    })
    expect(broken.map(({ file }) => file)).toEqual([])
  })

  test('what is read from every file survives XML', async () => {
    for (const file of corpusFiles('files')) {
      const { dataset } = await readPart10([readCorpusFile(file)])
      expect([file, isDeepStrictEqual(plain(roundTrip(dataset)), plain(dataset))]).toEqual([file, true])
    }
  }, 60_000)
})

/** Goldens hold group lengths, creators left out, `""` for null, numbers as text: forms of the same values. */
function normal(dataset: unknown): unknown {
  return JSON.parse(
    JSON.stringify(dataset, (key, value) => {
      if (/^[0-9A-F]{4}0000$/.test(key)) return undefined
      if (key === 'Value' && Array.isArray(value) && value.length === 0) return undefined
      return value === '' ? null : value
    }),
  )
}

function plain(dataset: Dataset): unknown {
  return JSON.parse(JSON.stringify(dataset))
}

function catchError(run: () => unknown): unknown {
  try {
    run()
    return undefined
  } catch (error) {
    return error
  }
}
