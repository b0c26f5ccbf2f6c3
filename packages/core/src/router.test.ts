import { describe, expect, test } from '@jest/globals'
import { createRouter, type Route } from './router.ts'
import type { Target } from './studies-service/resources.ts'
import { studiesServiceRoutes } from './studies-service/routes.ts'

const match = createRouter(studiesServiceRoutes)

/** What each variable of a template stands for in these tests. */
const variables: Required<Target> = {
  partition: 'north',
  study: '1.2',
  series: '1.2.3',
  instance: '1.2.3.4',
  frames: '1,2',
  bulkdata: '00420011/1',
}

const failure = (method: string, url: string): unknown => {
  try {
    return match(method, url)
  } catch (error) {
    return error
  }
}

describe.each(studiesServiceRoutes)('$method $template', (route: Route) => {
  const names: string[] = [...route.template.matchAll(/\{\+?(\w+)\}/g)].map(([, name = '']) => name)
  const target = Object.fromEntries(Object.entries(variables).filter(([name]) => names.includes(name)))
  const path = route.template.replace(/\{\+?(\w+)\}/g, (_, name) => String(Object(variables)[name]))

  test('is matched, with every variable of its template', () => {
    expect(Object.keys(target).sort()).toEqual([...names].sort())
    expect(match(route.method, `${path}?limit=1`)).toMatchObject({ route, target })
    if (route.method === 'GET') expect(match('HEAD', path).route).toBe(route)
  })

  test('is matched in a partition, and with a slash at the end', () => {
    expect(match(route.method, `/partitions/north${path}/`)).toMatchObject({
      route,
      target: { ...target, partition: 'north' },
    })
  })
})

test('no two rows are of one method and template', () => {
  const keys = studiesServiceRoutes.map(({ method, template }) => `${method} ${template}`)
  expect(new Set(keys).size).toBe(keys.length)
})

test('segments are decoded once', () => {
  expect(match('GET', '/stud%69es/1%2E2/series').target).toEqual({ study: '1.2' })
  expect(match('GET', '/studies/1/series/1/instances/1/frames/1%2C2').target.frames).toBe('1,2')
  expect(match('GET', '/studies/1/series/1/instances/1/bulkdata/a%2520b').target.bulkdata).toBe('a%20b')
})

test('slashes are forgiven', () => {
  expect(match('GET', '//studies//1.2///metadata//').target).toEqual({ study: '1.2' })
})

test.each([
  ['a slash in a segment', '/studies/1%2F2'],
  ['a backslash', '/studies/1%5c2'],
  ['a NUL', '/studies/1.2%00'],
  ['a line break', '/studies/1/series/1/instances/1/bulkdata/a%0d%0ab'],
  ['a dot segment', '/studies/1/../2'],
  ['an encoded dot segment', '/studies/1/%2e%2e/%2E'],
  ['a dot segment in bulkdata', '/studies/1/series/1/instances/1/bulkdata/%2e%2e/x'],
  ['a bad escape', '/studies/%zz'],
  ['an escape cut off', '/studies/1%2'],
  ['an overlong encoding', '/studies/%c0%af'],
])('%s is refused', (_, url) => {
  expect(failure('GET', url)).toMatchObject({ code: 'bad-request' })
})

test.each([
  ['study', '/studies/abc'],
  ['study', '/studies/1..2'],
  ['study', `/studies/${'1'.repeat(65)}`],
  ['study', '/studies/1.2%20'],
  ['series', '/studies/1/series/x'],
  ['instance', '/studies/1/series/1/instances/1%3B'],
])('{%s} must be a UID: %s', (name, url) => {
  expect(failure('GET', url)).toMatchObject({
    code: 'bad-request',
    message: expect.stringContaining(`{${name}} in the path is not a UID`),
    members: { parameter: name },
  })
})

test('what is not there is a 404 that says what is, and does not repeat the path', () => {
  const error = failure('GET', '/studies/1.2/DOE^JOHN')
  expect(error).toMatchObject({
    code: 'not-found',
    members: { resources: expect.arrayContaining(['/studies/{study}/metadata', '/studies/{study}/series']) },
  })
  expect(String(error)).not.toContain('DOE')
  for (const url of [
    '/',
    '',
    '/patients',
    '/partitions',
    '/partitions/north',
    '/studies/1/series/1/instances/1/frames',
  ])
    expect(failure('GET', url)).toMatchObject({ code: 'not-found' })
  expect(failure('GET', '/studies/1/metadata/x')).toMatchObject({ message: expect.stringContaining('nothing below') })
})

test('a method that a resource does not have is a 405 with Allow', () => {
  expect(failure('PUT', '/studies/1')).toMatchObject({
    code: 'method-not-allowed',
    headers: { allow: 'POST, GET, HEAD, DELETE, OPTIONS' },
  })
  expect(failure('__proto__', '/studies')).toMatchObject({ code: 'method-not-allowed' })
})

test('a row that is withheld is a 405 that says why, and is not in Allow', () => {
  const withholding = createRouter(studiesServiceRoutes, ({ method }) =>
    method === 'POST' ? 'Switched off.' : undefined,
  )
  expect(() => withholding('POST', '/studies')).toThrow(
    expect.objectContaining({ message: 'Switched off.', headers: { allow: 'GET, HEAD, OPTIONS' } }),
  )
})

test('OPTIONS is for every resource, and for the service', () => {
  expect(match('OPTIONS', '/')).toMatchObject({ route: undefined, template: '/' })
  expect(match('OPTIONS', '/studies/1.2')).toMatchObject({ route: undefined, template: '/studies/{study}' })
  expect(failure('OPTIONS', '/patients')).toMatchObject({ code: 'not-found' })
})
