// The scenarios of survival/ at full length: `npm run soak -- [name ...] [--seed N] [--set name.size=N ...]`.
import { parseArgs } from 'node:util'
import { runScenario } from './survival/scenario.ts'
import { scenarios } from './survival/scenarios.ts'

const usage = `Usage: npm run soak -- [scenario ...] [options]

  --seed N             repeats a run (or SANSFILM_SEED)
  --set NAME.SIZE=N    changes a size, as kill.rounds=500
  --short              the sizes of npm test

Scenarios and their sizes:
${scenarios.map(({ name, title, long }) => `  ${name.padEnd(12)} ${title}\n               ${JSON.stringify(long)}`).join('\n')}
`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: process.env.SANSFILM_SEED ?? String(Date.now() % 2 ** 31) },
    set: { type: 'string', multiple: true, default: [] },
    short: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const unknown = positionals.filter((name) => !scenarios.some((scenario) => scenario.name === name))
if (values.help || unknown.length > 0) {
  console.log(unknown.length > 0 ? `No such scenario: ${unknown.join(', ')}\n\n${usage}` : usage)
  process.exit(values.help ? 0 : 2)
}

const seed = Number(values.seed)
const summary: string[] = []
let violated = 0
for (const scenario of scenarios.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  if (scenario.missing !== undefined) {
    summary.push(`skipped   ${scenario.name}: ${scenario.missing}`)
    continue
  }
  const base = values.short ? 'short' : 'long'
  const changes = sizesFor(scenario.name)
  console.log(`\n${scenario.name}: ${scenario.title}\n  ${JSON.stringify({ ...scenario[base], ...changes, seed })}`)
  const { figures, violations, seconds } = await runScenario(
    (watch) => scenario.run(base, changes, watch),
    seed,
    createProgress(),
  )
  for (const violation of violations) console.log(`  VIOLATED ${violation}`)
  console.log(`  ${JSON.stringify(figures)}`)
  violated += violations.length
  const verdict = violations.length === 0 ? 'survived ' : 'VIOLATED '
  summary.push(`${verdict} ${scenario.name} in ${seconds} s: ${JSON.stringify(figures)}`)
}
console.log(`\nSeed ${seed}\n${summary.join('\n')}`)
process.exitCode = violated === 0 ? 0 : 1

function sizesFor(name: string): Record<string, number> {
  const settings = values.set.map((text) => /^([a-z-]+)\.(\w+)=(\d+)$/.exec(text))
  if (settings.includes(null)) throw new Error(`--set takes NAME.SIZE=N\n\n${usage}`)
  return Object.fromEntries(
    settings.flatMap((match) => (match?.[1] === name ? [[match[2] ?? '', Number(match[3])] as const] : [])),
  )
}

/** Prints at most every two seconds. */
function createProgress(): (text: string) => void {
  let next = 0
  return (text) => {
    if (performance.now() < next) return
    next = performance.now() + 2000
    console.log(`  ${text}`)
  }
}
