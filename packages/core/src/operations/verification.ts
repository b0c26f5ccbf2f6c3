import type { InstanceIndex, ObjectKey } from '../adapters/index.ts'
import type { VerifyProblem } from './verify.ts'

/** How far the verification in the background is. */
export interface Verification {
  /** The round that is under way. */
  readonly round: VerificationRound
  /** The last one that came to its end. */
  readonly lastRound: (VerificationRound & { readonly until: string }) | undefined
  /** Objects that were not as they were stored when they were last read: at most 1,000, the first ones found. */
  readonly problems: readonly FoundProblem[]
  /** Where it goes on. */
  readonly cursor: string | undefined
  /** Milliseconds since 1970: until then the bytes read so far use up the budget. */
  readonly paidUntil: number
}

/** What one round has read; each reads every instance once. */
export interface VerificationRound {
  /** 1 is the first. */
  readonly number: number
  /** When it began, as ISO 8601. */
  readonly since: string
  readonly instances: number
  readonly bytes: number
}

/** A damaged or missing object. */
export interface FoundProblem {
  readonly key: ObjectKey
  readonly problem: VerifyProblem['problem']
  readonly study: string
  readonly series: string
  readonly instance: string
  /** When it was found last, as ISO 8601, and in which round. */
  readonly at: string
  readonly round: number
}

const name = 'verification'
const maxProblems = 1_000

/**
 * What the verification in the background has found; `undefined` where it never ran.
 * @example const verification = await readVerification(index)
 */
export async function readVerification(index: InstanceIndex): Promise<Verification | undefined> {
  const text = await index.fact(name)
  return text === undefined ? undefined : (JSON.parse(text) as Verification) // written below
}

/** Keeps it for the next process. */
export async function writeVerification(index: InstanceIndex, verification: Verification): Promise<void> {
  await index.setFact(name, JSON.stringify(verification), 'replace')
}

/** The first state of all. */
export function newVerification(now: Date, number = 1): Verification {
  return {
    round: { number, since: now.toISOString(), instances: 0, bytes: 0 },
    lastRound: undefined,
    problems: [],
    cursor: undefined,
    paidUntil: 0,
  }
}

/** The state with what was found of an object. */
export function withFinding(
  verification: Verification,
  { stored, key }: Pick<VerifyProblem, 'stored' | 'key'>,
  problem: VerifyProblem['problem'] | undefined,
  now: Date,
): Verification {
  const known = verification.problems.some((one) => one.key === key && one.instance === stored.instance)
  if (problem === undefined && !known) return verification
  const others = verification.problems.filter((one) => one.key !== key || one.instance !== stored.instance)
  if (problem === undefined) return { ...verification, problems: others }
  const { study, series, instance } = stored
  const found = { key, problem, study, series, instance, at: now.toISOString(), round: verification.round.number }
  return { ...verification, problems: [...others, found].slice(0, maxProblems) }
}

/** The state at the end of a round, and the beginning of the next. What was not found again is gone. */
export function withRoundEnded(verification: Verification, now: Date): Verification {
  const { round, problems, paidUntil } = verification
  return {
    ...newVerification(now, round.number + 1),
    lastRound: { ...round, until: now.toISOString() },
    problems: problems.filter((problem) => problem.round === round.number),
    paidUntil,
  }
}
