import { expect, test } from '@jest/globals'
import { runScenario, type Scenario } from './scenario.ts'

/** The scenario in its short form as a test. `SANSFILM_SEED` repeats a run. */
export function testScenario<Size extends Readonly<Record<string, number>>>(scenario: Scenario<Size>): void {
  if (scenario.missing !== undefined) {
    test.skip(`${scenario.title} [skipped: ${scenario.missing}]`, () => undefined)
    return
  }
  const seed = Number(process.env.SANSFILM_SEED ?? Math.floor(Math.random() * 2 ** 31))
  test(scenario.title, async () => {
    const outcome = await runScenario(
      (watch) => scenario.run(scenario.short, watch),
      seed,
      () => undefined,
    )
    const { figures, seconds, violations } = outcome
    process.stderr.write(`${scenario.name}: ${JSON.stringify({ ...figures, seed, seconds })}\n`)
    expect({ seed, violations }).toEqual({ seed, violations: [] })
  }, 300_000)
}
