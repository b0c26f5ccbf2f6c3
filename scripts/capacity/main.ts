import { parseArgs } from 'node:util'
import { formatTable } from '../docs/table.ts'
import { costs, loads } from './figures.ts'
import type { Costs, Load } from './plan.ts'
import { planTable } from './tables.ts'

/*
 * The capacity plan for your own figures. Without any: those of docs/capacity.md.
 *   node --conditions=sansfilm-source scripts/capacity/main.ts --studiesPerWeek 900 --studyBytes 3e8 --objectGbMonth 0.01
 */

const [standard] = loads
if (standard === undefined) throw new Error('there is no load to begin with')
const names = [...Object.keys(standard), ...Object.keys(costs)].filter((name) => name !== 'name')
const { values } = parseArgs({
  options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
})
const given = Object.fromEntries(Object.entries(values).map(([name, text]) => [name, numberOf(name, text)]))
const ownLoad = Object.keys(standard).some((name) => name in given)
const columns: readonly Load[] = ownLoad ? [{ ...pick(standard), name: 'yours' }] : loads
console.log(formatTable(planTable(columns, pick(costs))))

function numberOf(name: string, text: unknown): number {
  const value = Number(text)
  if (!(value > 0)) throw new RangeError(`--${name}: a number above 0 is wanted`)
  return value
}

/** The figures with what was given in their place. */
function pick<Figures extends Load | Costs>(figures: Figures): Figures {
  const own = Object.entries(given).filter(([name]) => name in figures)
  return { ...figures, ...Object.fromEntries(own) }
}
