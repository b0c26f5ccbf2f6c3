import { expect, test } from '@jest/globals'
import { studiesServiceRoutes } from '../studies-service/routes.ts'
import { describeCapabilities } from './describe.ts'
import { toJson, toXml, type WadlElement } from './wadl.ts'

const base = 'https://pacs.example/dicom-web'
const whole = describeCapabilities(studiesServiceRoutes, base, '/')

/** Every element of one name, with the path of resources it stands in. */
function* elementsOf(element: WadlElement, name: string, path = ''): Iterable<[path: string, element: WadlElement]> {
  const here = element.name === 'resource' ? `${path}/${element.attributes?.path}` : path
  if (element.name === name) yield [here, element]
  for (const child of element.children ?? []) yield* elementsOf(child, name, here)
}

test('describes each row of the route table, and nothing else', () => {
  const described = [...elementsOf(whole, 'method')].map(([path, { attributes }]) => `${attributes?.name} ${path}`)
  const rows = studiesServiceRoutes.map(({ method, template }) => `${method} ${template.replace('{+', '{')}`)
  expect(described.sort()).toEqual(rows.sort())
})

test('gives each method an id of its own', () => {
  const ids = [...elementsOf(whole, 'method')].map(([, { attributes }]) => attributes?.id)
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids).toContain('searchAllStudies')
})

test('describes a resource with all below it, under the same base', () => {
  const part = describeCapabilities(studiesServiceRoutes, base, '/studies/{study}/series')
  const paths = [...elementsOf(part, 'method')].map(([path]) => path)
  expect(paths).toContain('/studies/{study}/series/{series}/metadata')
  expect(paths).not.toContain('/studies/{study}/metadata')
})

test('declares the variables of templates', () => {
  const names = [...elementsOf(whole, 'param')]
    .filter(([, { attributes }]) => attributes?.style === 'template')
    .map(([, { attributes }]) => attributes?.name)
  expect([...new Set(names)]).toEqual(['study', 'series', 'instance', 'frames', 'bulkdata'])
})

const small: WadlElement = {
  name: 'application',
  children: [
    {
      name: 'resources',
      attributes: { base: 'https://a.example/?a&"<b>"' },
      children: [
        { name: 'resource', attributes: { path: 'studies' } },
        { name: 'resource', attributes: { path: 'series' }, children: [{ name: 'doc', text: 'a & b' }] },
      ],
    },
  ],
}

test('is written as XML', () => {
  expect(toXml(small)).toBe(
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
      '<application xmlns="http://wadl.dev.java.net/2009/02" xmlns:xs="http://www.w3.org/2001/XMLSchema">\n' +
      '  <resources base="https://a.example/?a&#38;&#34;&#60;b&#62;&#34;">\n' +
      '    <resource path="studies"/>\n' +
      '    <resource path="series">\n' +
      '      <doc>a &#38; b</doc>\n' +
      '    </resource>\n' +
      '  </resources>\n' +
      '</application>\n',
  )
})

test('is written as JSON in the form of PS3.18 §G', () => {
  expect(toJson(small)).toEqual({
    application: {
      resources: {
        '@base': 'https://a.example/?a&"<b>"',
        resource: [{ '@path': 'studies' }, { '@path': 'series', doc: [{ value: 'a & b' }] }],
      },
    },
  })
})
