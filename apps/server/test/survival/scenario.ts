import { createRandom, type Random } from './random.ts'

/** Numbers to report, by what they are. */
export type Figures = Readonly<Record<string, number | string>>

/** What a scenario is run with. */
export interface Watch {
  readonly random: Random
  /** Tells how far it is. */
  progress(text: string): void
  /** Notes that something was not survived; the scenario goes on. */
  violated(what: string): void
  /** Runs `release` when the scenario has ended, however it has. */
  atEnd(release: () => void): void
}

/**
 * Something the archive must survive. `short` is its size in `npm test`, `long` in `npm run soak`; the keys are what the
 * soak's flags set.
 */
export interface Scenario<Size extends Readonly<Record<string, number>> = Readonly<Record<string, number>>> {
  readonly name: string
  readonly title: string
  readonly short: Size
  readonly long: Size
  /** Why it cannot run on this machine. */
  readonly missing?: string | undefined
  run(size: Size, watch: Watch): Promise<Figures>
}

/** A scenario whose sizes are known by name only. */
export type AnyScenario = Omit<Scenario, 'run'> & {
  /** @param changes sizes to use instead of those of `base` */
  run(base: 'short' | 'long', changes: Readonly<Record<string, number>>, watch: Watch): Promise<Figures>
}

/** Forgets which sizes a scenario has. */
export function anyScenario<Size extends Readonly<Record<string, number>>>(scenario: Scenario<Size>): AnyScenario {
  return { ...scenario, run: (base, changes, watch) => scenario.run({ ...scenario[base], ...changes }, watch) }
}

/** What came of a scenario. */
export interface Outcome {
  readonly figures: Figures
  readonly violations: readonly string[]
  readonly seconds: number
}

/** Violations that are kept; the rest are only counted. */
const maxViolations = 50

/** Runs a scenario to its end. What it throws is a violation too. */
export async function runScenario(
  run: (watch: Watch) => Promise<Figures>,
  seed: number,
  progress: (text: string) => void,
): Promise<Outcome> {
  const violations: string[] = []
  const releases: (() => void)[] = []
  let further = 0
  const violated = (what: string) => {
    if (violations.length < maxViolations) violations.push(what)
    else further++
  }
  const started = performance.now()
  let figures: Figures = {}
  try {
    figures = await run({ random: createRandom(seed), progress, violated, atEnd: (release) => releases.push(release) })
  } catch (error) {
    violated(error instanceof Error ? (error.stack ?? error.message) : String(error))
  } finally {
    for (const release of releases) release()
  }
  if (further > 0) violations.push(`... and ${further} more`)
  return { figures, violations, seconds: Math.round((performance.now() - started) / 100) / 10 }
}
