import { describe, test } from '@jest/globals'

/**
 * A group of tests that runs only where `condition` holds. Elsewhere `define` is not called, and one skipped test stands
 * for the group; its name carries the reason in the form that `scripts/test-reporter.mjs` prints at the end.
 * @param reason what is missing, as `Chromium is not installed`
 */
export function describeIf(condition: boolean, reason: string, name: string, define: () => void): void {
  if (condition) describe(name, define)
  else describe(`${name} [skipped: ${reason}]`, () => void test.skip('the whole group', () => undefined))
}
