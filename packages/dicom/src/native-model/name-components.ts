/** The elements of one component group of a person name, in the order of PS3.5 §6.2.1.1. */
export const nameComponents = ['FamilyName', 'GivenName', 'MiddleName', 'NamePrefix', 'NameSuffix'] as const

/** The component groups of a person name, by their names in JSON and XML alike. */
export const componentGroups = ['Alphabetic', 'Ideographic', 'Phonetic'] as const

/** `Doe^Jane` as its components. What follows a sixth `^` stays with the last, for nothing may be lost. */
export function splitName(group: string): readonly string[] {
  const parts = group.split('^')
  return parts.length <= nameComponents.length ? parts : [...parts.slice(0, 4), parts.slice(4).join('^')]
}

/** The reverse of `splitName`; absent components between others are empty. */
export function joinName(components: readonly (string | undefined)[]): string {
  return Array.from(components, (component) => component ?? '').join('^')
}
