import type { FileOutcome } from './file-outcome.ts'
import { formatCount } from './format-amounts.ts'

/** Names kept of each reason, and reasons kept apart: what a person reads, and all that is held. */
const maxNames = 5
const maxReasons = 40

interface Group {
  readonly reason: string
  readonly names: string[]
  count: number
}

/** Collects refusals by their reason. */
export interface RefusalReport {
  add(outcome: FileOutcome): void
  /** The lines of a table, the most frequent reason first; none where nothing was refused. */
  lines(): readonly string[]
}

/** Reasons that differ only in their numbers (positions, lengths) are one group, shown as the first of them. */
export function createRefusalReport(): RefusalReport {
  const groups = new Map<string, Group>()
  const others: Group = { reason: 'Other reasons', names: [], count: 0 }

  function groupOf(reason: string): Group {
    const key = reason.replace(/\d+/g, '#')
    const known = groups.get(key)
    if (known !== undefined) return known
    if (groups.size === maxReasons) return others
    const group: Group = { reason, names: [], count: 0 }
    groups.set(key, group)
    return group
  }

  return {
    add({ name, reason = 'No reason given' }) {
      const group = groupOf(reason)
      group.count += 1
      if (group.names.length < maxNames) group.names.push(printable(name))
    },
    lines() {
      const sorted = [...groups.values(), others].filter(({ count }) => count > 0).sort((a, b) => b.count - a.count)
      const width = Math.max('Refused'.length, ...sorted.map(({ count }) => formatCount(count).length))
      if (sorted.length === 0) return []
      const row = (first: string, second: string) => `${first.padStart(width)}  ${second}`.trimEnd()
      return [row('Refused', 'Reason'), ...sorted.flatMap((group) => groupLines(group, row))]
    },
  }
}

function groupLines({ reason, names, count }: Group, row: (first: string, second: string) => string): string[] {
  const further = count - names.length
  return [
    row(formatCount(count), printable(reason)),
    ...names.map((name) => row('', `  ${name}`)),
    ...(further > 0 ? [row('', `  and ${formatCount(further)} more`)] : []),
  ]
}

/** A name in a zip may hold anything; a terminal obeys control characters. */
function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\u{FFFD}')
}
