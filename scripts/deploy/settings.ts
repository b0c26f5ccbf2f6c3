import { dataOptions, type OptionRow, serverOptions } from '../../apps/server/src/options.ts'

const rows = new Map(Object.values<OptionRow>({ ...dataOptions, ...serverOptions }).map((row) => [row.env, row]))

/** What is wrong with the settings among these variables: names that there are not, values that cannot be used. */
export function wrongSettings(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).flatMap(([name, value]) => {
    if (!name.startsWith('SANSFILM_')) return []
    const row = rows.get(name)
    if (row === undefined) return [`There is no setting ${name}`]
    try {
      row.parse?.(value)
      return []
    } catch (error) {
      return [`${name}: ${error}`]
    }
  })
}
