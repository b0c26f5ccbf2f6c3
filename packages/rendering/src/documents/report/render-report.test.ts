import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { type Dataset, itemsOf, type PersonName, sopClasses, stringOf, tags, valuesOf } from '@sansfilm/dicom'
import { corpusFiles, readCorpusInstance, withCorpus } from '../testing/corpus.ts'
import { code, datasetOf } from '../testing/dataset-of.ts'
import { countOf, parseMarkup } from '../testing/markup.ts'
import { container, item, millimetre, number, report, text } from '../testing/report.ts'
import { rootItem, walk } from './content-item.ts'
import { reportContentSecurityPolicy } from './html.ts'
import { renderReport } from './render-report.ts'
import { isReport } from './report-kind.ts'

const contents = (html: string): string => parseMarkup(html).texts.join('\u0001')
const linksOf = (html: string) =>
  parseMarkup(html)
    .elements.filter(({ name }) => name === 'a')
    .map(({ attributes }) => attributes.href)

describe('a page', () => {
  test('heads the content with who, what and how final', () => {
    const verifier = datasetOf({
      VerifyingObserverName: 'Roe^Ann',
      VerifyingOrganization: 'General Hospital',
      VerificationDateTime: '20240229101112+0100',
    })
    const { texts, elements } = parseMarkup(
      renderReport(
        report([], { PatientBirthDate: '19700131', PatientSex: 'F', VerifyingObserverSequence: [verifier] }),
      ),
    )
    expect(texts).toEqual(
      expect.arrayContaining(['Doe, Jane (Dr)', 'P1', '1970-01-31', 'female', 'Complete', 'Not verified']),
    )
    expect(texts).toContain('Roe, Ann, General Hospital, 2024-02-29 10:11:12 +01:00')
    expect(elements.find(({ name }) => name === 'h1')).toBeDefined()
  })

  test('keeps patient data out of its title', () => {
    expect(/<title>(.*?)<\/title>/.exec(renderReport(report([])))?.[1]).toBe('Imaging Measurement Report')
  })

  test('allows itself its style alone', () => {
    const html = renderReport(report([]))
    const style = /<style>(.*?)<\/style>/s.exec(html)?.[1] ?? ''
    const hash = createHash('sha256').update(style).digest('base64')
    expect(reportContentSecurityPolicy).toContain(`default-src 'none'; style-src 'sha256-${hash}'`)
    expect(html).not.toMatch(/<script|\sstyle=|\son\w+=/i)
  })

  test('says the language of its content', () => {
    const language = item('HAS CONCEPT MOD', 'CODE', undefined, {
      ConceptNameCodeSequence: [code('121049', 'DCM', 'Language of Content Item and Descendants')],
      ConceptCodeSequence: [code('de-AT', 'RFC5646', 'German (Austria)')],
    })
    const { elements } = parseMarkup(renderReport(report([language])))
    expect(elements.find(({ name }) => name === 'main')?.attributes).toMatchObject({ lang: 'de-AT' })
  })

  test('is the same as XHTML', () => {
    const dataset = report([text('Finding', 'none')])
    expect(renderReport(dataset, { mediaType: 'text/xml' })).toBe(
      `<?xml version="1.0" encoding="UTF-8"?>\n${renderReport(dataset)}`,
    )
  })
})

describe('values', () => {
  const values: readonly (readonly [string, Dataset, string])[] = [
    ['TEXT with lines', text('Finding', 'one\r\ntwo  three'), 'one\ntwo  three'],
    ['NUM with a unit', number('Length', 12.5, millimetre), '12.5\u00A0mm'],
    ['NUM with an area', number('Area', 3, code('cm2', 'UCUM', 'square centimeter')), '3\u00A0cm²'],
    ['NUM of another scheme', number('Size', 3, code('len', '99TEST', 'furlong')), '3\u00A0furlong'],
    ['NUM without unit', number('Ratio', 0.5, code('1', 'UCUM', 'no units')), '0.5'],
    [
      'NUM that has only a qualifier',
      item('CONTAINS', 'NUM', 'Length', {
        MeasuredValueSequence: undefined,
        NumericValueQualifierCodeSequence: [code('114007', 'DCM', 'Measurement not attempted')],
      }),
      'Measurement not attempted',
    ],
    ['DATE', item('CONTAINS', 'DATE', 'Due', { Date: '20240229' }), '2024-02-29'],
    ['TIME', item('CONTAINS', 'TIME', 'At', { Time: '101112.500' }), '10:11:12.5'],
    ['DATETIME', item('CONTAINS', 'DATETIME', 'At', { DateTime: '202402291011-0500' }), '2024-02-29 10:11 -05:00'],
    ['a DATE that is none', item('CONTAINS', 'DATE', 'Due', { Date: 'soon' }), 'soon'],
    ['PNAME', item('CONTAINS', 'PNAME', 'Observer', { PersonName: 'Roe^Ann^B' }), 'Roe, Ann B'],
    ['UIDREF', item('CONTAINS', 'UIDREF', 'Tracking', { UID: '1.2.3' }), '1.2.3'],
    ['CODE', item('CONTAINS', 'CODE', 'Site', { ConceptCodeSequence: [code('69536005', 'SCT', 'Head')] }), 'Head'],
    [
      'SCOORD',
      item('CONTAINS', 'SCOORD', 'Region', { GraphicType: 'POLYLINE', GraphicData: [1, 2, 3.00049, 4] }),
      'Line (1, 2) (3, 4)',
    ],
    [
      'SCOORD3D',
      item('CONTAINS', 'SCOORD3D', 'Region', { GraphicType: 'POINT', GraphicData: [1, 2, -3] }),
      'Point (1, 2, -3) mm',
    ],
    [
      'TCOORD',
      item('CONTAINS', 'TCOORD', 'Range', { TemporalRangeType: 'SEGMENT', ReferencedTimeOffsets: [1, 2.5] }),
      'Segment at 1, 2.5 s',
    ],
  ]

  test.each(values)('%s', (_, content, expected) => {
    expect(parseMarkup(renderReport(report([content]))).texts).toContain(expected)
    expect(renderReport(report([content]), { mediaType: 'text/plain' })).toContain(expected.split('\n')[0])
  })
})

describe('references', () => {
  const instance = (uid: string, more = {}) =>
    datasetOf({ ReferencedSOPClassUID: sopClasses.CTImageStorage.uid, ReferencedSOPInstanceUID: uid, ...more })
  const evidence = datasetOf({
    StudyInstanceUID: '1.2',
    ReferencedSeriesSequence: [datasetOf({ SeriesInstanceUID: '1.3', ReferencedSOPSequence: [instance('1.4')] })],
  })
  const reportOf = (reference: Dataset, more = {}) =>
    report([item('CONTAINS', 'IMAGE', 'Source', { ReferencedSOPSequence: [reference] })], {
      CurrentRequestedProcedureEvidenceSequence: [evidence],
      ...more,
    })

  test('lead from the rendered report to the rendered instance', () => {
    const [href] = linksOf(renderReport(reportOf(instance('1.4'))))
    const page = 'https://host/dicom-web/studies/1/series/2/instances/3/rendered'
    expect(new URL(href ?? '', page).pathname).toBe('/dicom-web/studies/1.2/series/1.3/instances/1.4/rendered')
  })

  test('name frames, and keep to a root that is given', () => {
    const html = renderReport(reportOf(instance('1.4', { ReferencedFrameNumber: [2, 5] })), { root: '/dicom-web/' })
    expect(linksOf(html)).toEqual(['/dicom-web/studies/1.2/series/1.3/instances/1.4/frames/2,5/rendered'])
    expect(contents(html)).toContain('CT Image, frames 2, 5')
  })

  test('without evidence are told by their UID', () => {
    const html = renderReport(reportOf(instance('1.5')))
    expect(linksOf(html)).toEqual([])
    expect(contents(html)).toContain('1.5')
  })

  test('never take what is no UID into a URL', () => {
    const bad = '1.4/../../x'
    const evil = datasetOf({
      StudyInstanceUID: '1.2',
      ReferencedSeriesSequence: [datasetOf({ SeriesInstanceUID: '1.3', ReferencedSOPSequence: [instance(bad)] })],
    })
    const html = renderReport(reportOf(instance(bad), { CurrentRequestedProcedureEvidenceSequence: [evil] }))
    expect(linksOf(html)).toEqual([])
  })

  test.each(['javascript:alert(1)//', '//host/', 'data:text/html,', 'a"b'])('refuse the root %j', (root) => {
    expect(() => renderReport(report([]), { root })).toThrow(TypeError)
  })

  test('several in a row become one entry', () => {
    const images = ['1.4', '1.6'].map((uid) =>
      item('CONTAINS', 'IMAGE', undefined, { ReferencedSOPSequence: [instance(uid)] }),
    )
    const html = renderReport(report(images, { CurrentRequestedProcedureEvidenceSequence: [evidence] }))
    expect(contents(html)).toContain('CT Image (1)')
    expect(contents(html)).toContain('CT Image (2)')
  })

  test('by reference lead to the item', () => {
    const source = text('Source text', 'first')
    const reference = datasetOf({ RelationshipType: 'INFERRED FROM', ReferencedContentItemIdentifier: [1, 1] })
    const html = renderReport(report([source, text('Conclusion', 'second', [reference])]))
    expect(linksOf(html)).toEqual(['#item-1.1'])
    expect(parseMarkup(html).elements.some(({ attributes }) => attributes.id === 'item-1.1')).toBe(true)
    expect(contents(html)).toContain('see Source text')
  })
})

describe('structure', () => {
  test('CONTINUOUS content is running text', () => {
    const sentence = [text('Text', 'A mass of'), number('Diameter', 3, millimetre), text('Text', 'was seen.')]
    const html = renderReport(report([container('Findings', sentence, 'CONTINUOUS')]))
    const words = html.replace(/<[^>]*>/g, '')
    expect(words).toContain('A mass of 3\u00A0mm was seen.')
  })

  const group = (name: string, length: number) =>
    container('Measurement Group', [text('Tracking Identifier', name), number('Length', length, millimetre)])

  test('groups alike become the rows of a table', () => {
    const html = renderReport(report([container('Imaging Measurements', [group('A', 1), group('B', 2)])]))
    const { elements, texts } = parseMarkup(html)
    expect(elements.filter(({ name }) => name === 'tr')).toHaveLength(3)
    expect(texts.slice(texts.indexOf('Tracking Identifier'), texts.indexOf('B') + 2)).toEqual([
      'Tracking Identifier',
      'Length',
      'A',
      '1\u00A0mm',
      'B',
      '2\u00A0mm',
    ])
  })

  test('groups that share little stand below each other', () => {
    const other = container(
      'Measurement Group',
      ['x', 'y', 'z'].map((name) => number(name, 7, millimetre)),
    )
    const { elements } = parseMarkup(renderReport(report([group('A', 1), other])))
    expect(elements.filter(({ name }) => name === 'section')).toHaveLength(2)
  })

  test('numbers in a row become a table with their modifiers', () => {
    const method = item('HAS CONCEPT MOD', 'CODE', 'Derivation', {
      ConceptCodeSequence: [code('373098007', 'SCT', 'Mean')],
    })
    const html = renderReport(report([number('Mean', 5, millimetre, [method]), number('Size', 6, millimetre)]))
    expect(parseMarkup(html).texts).toEqual(expect.arrayContaining(['Measurement', 'Derivation', 'Mean', '6\u00A0mm']))
  })
})

describe('hostile and broken reports', () => {
  const hostile = `</style><script>alert("1")</script><img src=x onerror='alert(2)'>&amp;\u0000\u0008\uD800]]>`

  test('nothing of a value becomes markup', () => {
    const evil = report(
      [
        text(hostile, hostile),
        number(hostile, 1, code(hostile, 'UCUM', hostile)),
        item('CONTAINS', 'UIDREF', hostile, { UID: hostile }),
        item('CONTAINS', hostile, hostile),
        item('CONTAINS', 'SCOORD', hostile, { GraphicType: hostile }),
        item('HAS CONCEPT MOD', 'CODE', undefined, {
          ConceptNameCodeSequence: [code('121049', 'DCM', hostile)],
          ConceptCodeSequence: [code(`en" onload="x`, 'RFC5646', hostile)],
        }),
      ],
      {
        PatientName: hostile,
        PatientID: hostile,
        PatientSex: hostile,
        StudyDate: hostile,
        ConceptNameCodeSequence: [code('1', 'x', hostile)],
        SOPClassUID: hostile,
        SOPInstanceUID: hostile,
      },
    )
    for (const mediaType of ['text/html', 'text/xml'] as const) {
      const { elements } = parseMarkup(renderReport(evil, { mediaType }))
      expect(elements.filter(({ name }) => ['script', 'img'].includes(name))).toEqual([])
      const names = new Set(elements.flatMap(({ attributes }) => Object.keys(attributes)))
      expect([...names].filter((name) => name.startsWith('on') || name === 'style' || name === 'src')).toEqual([])
      expect(elements.filter(({ name }) => name === 'style')).toHaveLength(1)
    }
  })

  test.each([
    ['nothing at all', {}],
    ['no concept names', report([text(undefined, 'kept'), container(undefined, [text(undefined, 'kept too')])])],
    ['items without anything', report([{}, item('', '', undefined)])],
    [
      'values that are missing',
      report(
        ['TEXT', 'CODE', 'NUM', 'DATE', 'PNAME', 'IMAGE', 'SCOORD', 'TCOORD'].map((type) =>
          item('CONTAINS', type, 'x'),
        ),
      ),
    ],
    ['content that is no sequence', report([], { ContentSequence: 'x' })],
  ])('%s', (_, dataset) => {
    const html = renderReport(dataset)
    parseMarkup(html)
    expect(renderReport(dataset, { mediaType: 'text/plain' })).not.toBe('')
  })

  test('a tree of 1,000 levels keeps every text, and nests no further than browsers do', () => {
    let tree = text('Level', 'text 1000')
    for (let level = 999; level > 0; level--) {
      tree =
        level % 2 === 0
          ? container('Level', [text('Level', `text ${level}.`), tree])
          : text('Level', `text ${level}.`, [tree])
    }
    const { texts, depth } = parseMarkup(renderReport(report([tree])))
    expect(texts.filter((each) => each.startsWith('text '))).toHaveLength(1000)
    expect(depth).toBeLessThan(200)
  })

  test('10,000 items, each referring to another', () => {
    const items = Array.from({ length: 10_000 }, (_, i) =>
      text('Finding', `text ${i}.`, [
        datasetOf({ RelationshipType: 'INFERRED FROM', ReferencedContentItemIdentifier: [1, i + 2] }),
      ]),
    )
    const { texts } = parseMarkup(renderReport(report(items)))
    expect(texts.filter((each) => each.startsWith('text '))).toHaveLength(10_000)
  })

  test('groups within groups cost what they are, not what they multiply to', () => {
    let groups = [text('Leaf', 'x'), text('Leaf', 'y')]
    for (let level = 0; level < 12; level++) {
      groups = [number('N', 1, millimetre, groups), number('N', 2, millimetre, [])]
    }
    expect(renderReport(report(groups)).length).toBeLessThan(40_000)
  })

  test('what is beyond the limit is left out, and the page says so', () => {
    const items = Array.from({ length: 1000 }, (_, i) => text('Finding', `text ${i}.`))
    const html = renderReport(report(items), { maxBytes: 10_000 })
    expect(html.length).toBeLessThan(30_000)
    expect(countOf('too long to be shown', contents(html))).toBe(2)
    expect(renderReport(report(items), { maxBytes: 10_000, mediaType: 'text/plain' })).toContain('too long to be shown')
    expect(contents(renderReport(report(items)))).not.toContain('too long to be shown')
  })
})

test('reports are told by their SOP Class, private ones by their content', () => {
  expect(isReport(report([]))).toBe(true)
  expect(isReport(report([], { SOPClassUID: '1.2.3' }))).toBe(true)
  expect(isReport(datasetOf({ SOPClassUID: sopClasses.KeyObjectSelectionDocumentStorage.uid }))).toBe(true)
  expect(isReport(datasetOf({ SOPClassUID: sopClasses.EncapsulatedCDAStorage.uid }))).toBe(false)
  expect(isReport(datasetOf({ SOPClassUID: sopClasses.CTImageStorage.uid }))).toBe(false)
})

/** The texts and numbers of a content tree, and how often each stands in it, as a value of any type. */
function spokenValues(dataset: Dataset): Map<string, number> {
  const times = new Map<string, number>()
  const spoken = new Set<string>()
  for (const { valueType, dataset: item, name } of walk(rootItem(dataset))) {
    const texts = [tags.TextValue, tags.UID].map((tag) => stringOf(item, tag) ?? '')
    const numbers = itemsOf(item, tags.MeasuredValueSequence).flatMap((each) => valuesOf(each, tags.NumericValue))
    const codes = itemsOf(item, tags.ConceptCodeSequence).map((each) => stringOf(each, tags.CodeMeaning) ?? '')
    const people = valuesOf(item, tags.PersonName).map((each) => (each as PersonName | null)?.Alphabetic ?? '')
    // A section is called by its name alone.
    const names = valueType === 'CONTAINER' ? [name?.meaning ?? ''] : []
    for (const value of [...texts, ...numbers, ...codes, ...people, ...names]) {
      const text = String(value).replace(/\r\n?/g, '\n').trim()
      times.set(text, (times.get(text) ?? 0) + 1)
      if (valueType === 'TEXT' || valueType === 'NUM') spoken.add(text)
    }
  }
  return new Map([...times].filter(([text]) => text !== '' && spoken.has(text)))
}

const corpus = corpusFiles('1.2.840.10008.5.1.4.1.1.88.')
const corpusTest = corpus.length === 0 ? test.skip : test
corpusTest(`every report of the corpus is a page with each of its texts and numbers once${withCorpus}`, async () => {
  expect(corpus.length).toBeGreaterThan(10)
  for (const file of corpus) {
    const { dataset } = await readCorpusInstance(file)
    const body = /<main.*<\/main>/s.exec(renderReport(dataset))?.[0] ?? ''
    const { texts } = parseMarkup(body)
    const plain = renderReport(dataset, { mediaType: 'text/plain' })
    const shown = (value: string) =>
      texts.filter((text) => text === value || text.startsWith(`${value}\u00A0`) || text === `${value}°`).length
    for (const [value, times] of spokenValues(dataset)) {
      expect([file, value, shown(value)]).toEqual([file, value, times])
      expect(plain).toContain(value.split('\n')[0])
    }
  }
})
