/** An element of a WADL document. */
export interface WadlElement {
  readonly name: string
  readonly attributes?: Readonly<Record<string, string>>
  readonly children?: readonly WadlElement[]
  /** Of `doc` elements. */
  readonly text?: string
}

/** Elements that stand once in their parent (PS3.18 §G.2.2); all others are arrays in JSON. */
const uniqueElements: ReadonlySet<string> = new Set(['application', 'resources', 'request'])

/** @see https://www.w3.org/Submission/wadl/ */
export function toXml(root: WadlElement): string {
  const declared = { ...root, attributes: { xmlns: 'http://wadl.dev.java.net/2009/02', ...xsd, ...root.attributes } }
  return `<?xml version="1.0" encoding="UTF-8"?>\n${writeElement(declared, '')}`
}

/** The types of parameters are written as `xs:string`. */
const xsd = { 'xmlns:xs': 'http://www.w3.org/2001/XMLSchema' }

function writeElement({ name, attributes = {}, children = [], text }: WadlElement, indent: string): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escapeXml(value)}"`)
  const start = `${indent}<${name}${written.join('')}`
  if (text !== undefined) return `${start}>${escapeXml(text)}</${name}>\n`
  if (children.length === 0) return `${start}/>\n`
  return `${start}>\n${children.map((child) => writeElement(child, `${indent}  `)).join('')}${indent}</${name}>\n`
}

function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** @see PS3.18 §G */
export function toJson(root: WadlElement): unknown {
  return { [root.name]: membersOf(root) }
}

function membersOf({ attributes = {}, children = [], text }: WadlElement): Record<string, unknown> {
  const members: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(attributes)) members[`@${key}`] = value
  if (text !== undefined) members.value = text
  for (const [name, elements] of Map.groupBy(children, (child) => child.name)) {
    const written = elements.map(membersOf)
    members[name] = uniqueElements.has(name) ? written[0] : written
  }
  return members
}
