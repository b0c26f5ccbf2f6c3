import { waitForCalm } from './calm.ts'

/** Time that a run may spend on a machine that is not calm, so that nobody has to guess when it ends. */
export interface Patience {
  /** Nothing is left: there is no more waiting, and no more repeating of what others disturbed. */
  readonly isOver: boolean
  /** Waits for a calm moment, at most so long. */
  waitForCalm(maxSeconds: number): Promise<void>
  /** Runs what would not be done on a calm machine. */
  spend(run: () => Promise<void>): Promise<void>
}

/** @param seconds for the whole run; a calm machine takes next to nothing of it */
export function createPatience(seconds: number): Patience {
  let left = seconds
  const spend = async (run: () => Promise<unknown>) => {
    const start = performance.now()
    await run()
    left -= (performance.now() - start) / 1000
  }
  return {
    get isOver() {
      return left <= 0
    },
    waitForCalm: (maxSeconds) => spend(() => waitForCalm(Math.max(0, Math.min(maxSeconds, left)))),
    spend,
  }
}
