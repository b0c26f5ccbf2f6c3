import { type GrowthRule, growthRules } from '../keys/index.ts'
import { type Figure, figureOf, type KeyResult } from '../run/result.ts'

/** One comparison, and whether it is as it should be. */
export interface Verdict {
  /** What is compared with, in a word. */
  readonly against: string
  /** Times better than that; for a bound, the figure itself. */
  readonly ratio: number
  /** What is aimed for, and on which side of it is good. */
  readonly target: number
  readonly side: 'at least' | 'at most'
  readonly met: boolean
}

/** Our figure against each target of a key. */
export function judge(result: KeyResult): readonly Verdict[] {
  const ours = figureOf(result.servers.sansfilm)
  if (ours === undefined) return []
  const { orthanc, nginx, node, atMost, memory } = result.targets
  const verdicts: Verdict[] = []
  for (const [name, target] of Object.entries({ orthanc, nginx, node })) {
    const theirs = figureOf(result.servers[name as 'orthanc' | 'nginx' | 'node']) // a literal's own keys
    if (target === undefined || theirs === undefined) continue
    verdicts.push(atLeast(name, ratioOf(result, ours, theirs), target))
  }
  if (atMost !== undefined) verdicts.push(bound('itself', ours.value, atMost))
  if (memory !== undefined) verdicts.push(bound('memory, MB', ours.memory, memory))
  return verdicts
}

/** How many times better we are, whatever the unit. */
export function ratioOf({ better }: Pick<KeyResult, 'better'>, ours: Figure, theirs: Figure): number {
  return better === 'more' ? ours.value / theirs.value : theirs.value / ours.value
}

/** A rule of growth, where both figures are there. */
export interface GrowthVerdict extends GrowthRule {
  readonly ratio: number
  readonly met: boolean
}

/** What size has cost us. */
export function judgeGrowth(results: readonly KeyResult[]): readonly GrowthVerdict[] {
  const resultOf = (name: string) => results.find((result) => result.name === name)
  return growthRules.flatMap((rule) => {
    const [large, small] = [resultOf(rule.of), resultOf(rule.against)]
    const [ofLarge, ofSmall] = [figureOf(large?.servers.sansfilm), figureOf(small?.servers.sansfilm)]
    if (large === undefined || ofLarge === undefined || ofSmall === undefined) return []
    const ratio = 1 / ratioOf(large, ofLarge, ofSmall)
    return [{ ...rule, ratio, met: ratio <= rule.atMost }]
  })
}

const atLeast = (against: string, ratio: number, target: number): Verdict => ({
  against,
  ratio,
  target,
  side: 'at least',
  met: ratio >= target,
})

const bound = (against: string, value: number, target: number): Verdict => ({
  against,
  ratio: value,
  target,
  side: 'at most',
  met: value <= target,
})
