import type { ResourceCategory, Route } from '../router.ts'
import { acceptedPayloads, producedPayloads, queryParameters } from './payloads.ts'
import type { WadlElement } from './wadl.ts'

/**
 * The Capabilities Description of a resource and all below it.
 * @param base absolute URL of the service
 * @param below template of the resource; `/` is the service itself
 * @param draws whether the service has a renderer
 * @see PS3.18 §H
 */
export function describeCapabilities(routes: readonly Route[], base: string, below: string, draws = true): WadlElement {
  const described = routes.filter(
    ({ template }) => below === '/' || template === below || template.startsWith(`${below}/`),
  )
  const paths = described.map((route) => ({ route, path: route.template.slice(1).split('/') }))
  return {
    name: 'application',
    children: [{ name: 'resources', attributes: { base }, children: describeLevel(paths, draws) }],
  }
}

interface RoutePath {
  readonly route: Route
  /** Segments of the template from the described level down. */
  readonly path: readonly string[]
}

function describeLevel(paths: readonly RoutePath[], draws: boolean): WadlElement[] {
  const bySegment = Map.groupBy(
    paths.filter(({ path }) => path.length > 0),
    ({ path }) => path[0] ?? '',
  )
  return [...bySegment].map(([segment, inside]) => {
    const below = inside.map(({ route, path }) => ({ route, path: path.slice(1) }))
    const here = below.filter(({ path }) => path.length === 0).map(({ route }) => route)
    return {
      name: 'resource',
      attributes: { path: segment.replace('{+', '{') },
      children: [
        ...describeVariable(segment),
        ...here.map((route) => describeMethod(route, draws)),
        ...describeLevel(below, draws),
      ],
    }
  })
}

function describeVariable(segment: string): WadlElement[] {
  const [, name] = /^\{\+?(\w+)\}$/.exec(segment) ?? []
  return name === undefined ? [] : [{ name: 'param', attributes: { name, style: 'template', type: 'xs:string' } }]
}

function describeMethod(route: Route, draws: boolean): WadlElement {
  const { method, resource, section, category, transaction } = route
  const title = section === undefined ? resource : `${resource} (PS3.18 §${section})`
  return {
    name: 'method',
    attributes: { name: method, id: idOf(route) },
    children: [
      { name: 'doc', attributes: { title }, text: `${transaction} ${resource}` },
      { name: 'request', children: method === 'POST' ? receives() : asks(method, category) },
      ...(method === 'DELETE' ? [] : [{ name: 'response', children: representations(producedPayloads(route, draws)) }]),
    ],
  }
}

function receives(): WadlElement[] {
  return representations(acceptedPayloads)
}

function asks(method: string, category: ResourceCategory): WadlElement[] {
  if (method !== 'GET') return []
  return [
    { name: 'param', attributes: { name: 'Accept', style: 'header', type: 'xs:string' } },
    ...queryParameters[category].map(({ name, type, repeating }) => ({
      name: 'param',
      attributes: { name, style: 'query', type, ...(repeating === true ? { repeating: 'true' } : {}) },
    })),
  ]
}

function representations(mediaTypes: readonly string[]): WadlElement[] {
  return mediaTypes.map((mediaType) => ({ name: 'representation', attributes: { mediaType } }))
}

/** `searchAllStudies`, unique in the document. */
function idOf({ transaction, resource }: Route): string {
  return (
    transaction + resource.replace(/[^A-Za-z ]/g, '').replace(/(^| )(\w)/g, (_, _space, letter) => letter.toUpperCase())
  )
}
