import type { Limits } from '@sansfilm/core'
import { limitOptions } from '../../src/options.ts'
import type { TestArchiveOptions } from '../support/test-archive.ts'

/** What the command line of the app says for the options of a service; `undefined` where it has no words for them. */
export function argumentsFor(options: TestArchiveOptions): readonly string[] | undefined {
  const args: string[] = []
  for (const [name, value] of Object.entries(options)) {
    const said = name in inWords ? inWords[name as keyof typeof inWords](value as never) : undefined // of that option
    if (said === undefined) return undefined
    args.push(...said)
  }
  return args
}

/** By the name of the option. The app always has codecs, and draws. */
const inWords = {
  transcoder: () => [],
  renderer: () => [],
  pictureReader: () => [],
  readOnly: (is: boolean) => (is ? ['--read-only'] : []),
  allowDelete: (is: boolean) => (is ? [] : ['--no-delete']),
  onConflict: (policy: unknown) => (typeof policy === 'string' ? ['--on-conflict', policy] : undefined),
  limits: (limits: Partial<Limits>) =>
    Object.entries(limits).flatMap(([name, value]) => [
      limitOptions[name as keyof Limits].flags.split(' ')[0] ?? '', // a literal's own key
      String(value),
    ]),
  extraAttributes: (extra: NonNullable<TestArchiveOptions['extraAttributes']>) =>
    Object.entries(extra).flatMap(([level, paths]) => [
      `--${level}-attributes`,
      paths.map((path) => path.join('.')).join(','),
    ]),
} satisfies Partial<Record<keyof TestArchiveOptions, (value: never) => readonly string[] | undefined>>
