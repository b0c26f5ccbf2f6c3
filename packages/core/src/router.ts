import { isUid } from '@sansfilm/dicom'
import type { TransactionName } from './context.ts'
import { DicomwebError } from './errors.ts'
import type { Target } from './studies-service/resources.ts'
import type { Transaction } from './transaction.ts'

/** The methods that a transaction is bound to. HEAD goes with GET; OPTIONS is answered for every resource. */
export type RouteMethod = 'GET' | 'POST' | 'DELETE'

/** What the payload of a resource is: decides on media types and query parameters. */
export type ResourceCategory = 'search' | 'instances' | 'metadata' | 'bulkdata' | 'pixeldata' | 'rendered' | 'thumbnail'

/** One transaction on one resource: a row of the tables of PS3.18 §10.4.1, §10.5.1 or §10.6.1. */
export interface Route {
  /** The resource as the standard's table calls it. */
  readonly resource: string
  readonly method: RouteMethod
  /** In the standard's spelling; `{+bulkdata}` takes the rest of the path. */
  readonly template: string
  readonly category: ResourceCategory
  readonly transaction: TransactionName
  readonly run: Transaction
  /** Of PS3.18; absent for what the standard does not have. */
  readonly section?: string
}

/** What a request is for. */
export interface Matched {
  /** `undefined` for OPTIONS. */
  readonly route: Route | undefined
  readonly target: Target
  /** The template that matched; `/` is the service itself. */
  readonly template: string
  /** Methods of the resource, for the Allow header. */
  readonly allow: readonly string[]
}

interface Node {
  readonly template: string
  readonly literals: Map<string, Node>
  variable?: { readonly name: keyof Target; readonly node: Node; readonly takesRest: boolean }
  readonly routes: Map<string, Route>
  /** What of `routes` is switched off, and why. */
  readonly withheld: Map<Route, string>
  /** For the Allow header. */
  readonly allow: string[]
}

/** Finds the route of a request. */
export type Router = (method: string, url: string) => Matched

/**
 * Builds a router from rows. `withheld` gives the reason why a row is switched off.
 *
 * It throws `bad-request` for a path that is not well-formed or holds something else where a UID belongs, `not-found`
 * naming what there is, and `method-not-allowed` with Allow. Slashes doubled or at the end are forgiven: service roots are
 * configured with and without one.
 */
export function createRouter(
  routes: readonly Route[],
  withheld: (route: Route) => string | undefined = () => undefined,
): Router {
  const root = newNode('/')
  for (const route of routes) insert(root, route, withheld(route))
  return (method, url) => {
    let segments = pathSegments(url)
    let partition: Partial<Target> = {}
    if (segments[0] === 'partitions') {
      const [, name, ...rest] = segments
      if (name === undefined) throw nothingThere(root)
      partition = { partition: name }
      segments = rest
    }
    const { node, target } = find(root, segments)
    return { ...choose(root, node, method), target: { ...partition, ...target } }
  }
}

function newNode(template: string): Node {
  return { template, literals: new Map(), routes: new Map(), withheld: new Map(), allow: ['OPTIONS'] }
}

function insert(root: Node, route: Route, withheld: string | undefined): void {
  let node = root
  for (const segment of route.template.split('/').slice(1)) {
    const template = `${node === root ? '' : node.template}/${segment}`
    const [, rest, name] = /^\{(\+?)(\w+)\}$/.exec(segment) ?? []
    if (name === undefined) {
      const next = node.literals.get(segment) ?? newNode(template)
      node.literals.set(segment, next)
      node = next
    } else {
      // The rows spell the names of `Target`; the router's test holds them to it.
      node.variable ??= { name: name as keyof Target, node: newNode(template), takesRest: rest === '+' }
      node = node.variable.node
    }
  }
  node.routes.set(route.method, route)
  if (withheld !== undefined) node.withheld.set(route, withheld)
  else node.allow.splice(-1, 0, ...(route.method === 'GET' ? ['GET', 'HEAD'] : [route.method]))
}

/**
 * The segments of the path, each decoded once. A segment that decodes to a slash, a control character, or that stands for
 * a folder is refused: no name of a resource holds one.
 */
function pathSegments(url: string): string[] {
  const [path = ''] = url.split(/[?#]/, 1)
  return path
    .split('/')
    .filter((segment) => segment !== '')
    .map((segment) => {
      const decoded = decodeSegment(segment)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
      if (/[/\\\u0000-\u001f\u007f]/.test(decoded) || decoded === '.' || decoded === '..')
        throw new DicomwebError('bad-request', 'The path has a segment that no resource can be named by.')
      return decoded
    })
}

function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch (cause) {
    throw new DicomwebError('bad-request', 'The path has a percent-encoding that cannot be decoded.', { cause })
  }
}

function find(root: Node, segments: readonly string[]): { node: Node; target: Target } {
  let node = root
  const target: { -readonly [Name in keyof Target]?: string } = {}
  for (const [index, segment] of segments.entries()) {
    const literal = node.literals.get(segment)
    if (literal !== undefined) {
      node = literal
      continue
    }
    if (node.variable === undefined) throw nothingThere(node)
    const { name, takesRest } = node.variable
    node = node.variable.node
    target[name] = takesRest ? segments.slice(index).join('/') : checkVariable(name, segment)
    if (takesRest) break
  }
  return { node, target }
}

function checkVariable(name: keyof Target, value: string): string {
  const isUidName = name === 'study' || name === 'series' || name === 'instance'
  if (isUidName && !isUid(value))
    throw new DicomwebError(
      'bad-request',
      `{${name}} in the path is not a UID: digits and dots, at most 64 characters (PS3.5 §9.1).`,
      { members: { parameter: name } },
    )
  return value
}

function choose(root: Node, node: Node, method: string): Omit<Matched, 'target'> {
  const { template, allow, withheld } = node
  if (node.routes.size === 0 && (node !== root || method !== 'OPTIONS')) throw nothingThere(node)
  if (method === 'OPTIONS') return { route: undefined, template, allow }

  const route = node.routes.get(method === 'HEAD' ? 'GET' : method)
  const reason = route === undefined ? `${template} supports ${allow.join(', ')}.` : withheld.get(route)
  if (route !== undefined && reason === undefined) return { route, template, allow }
  throw new DicomwebError('method-not-allowed', reason ?? '', {
    headers: { allow: allow.join(', ') },
    members: { allow },
  })
}

/** Says what there is, and nothing of what was asked: a path may hold anything. */
function nothingThere(node: Node): DicomwebError {
  const below = [...node.literals.values(), ...(node.variable === undefined ? [] : [node.variable.node])]
  const resources = below.map(({ template }) => template)
  return new DicomwebError(
    'not-found',
    resources.length === 0
      ? `There is nothing below ${node.template}.`
      : `There is no such resource. Here there are ${resources.join(', ')}.`,
    { members: { resources } },
  )
}
