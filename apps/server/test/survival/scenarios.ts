import { abortedUploads } from './aborted-uploads.ts'
import { bombs } from './bombs.ts'
import { diskFull } from './disk-full.ts'
import { kill } from './kill.ts'
import { killParts } from './kill-parts.ts'
import { littleMemory } from './little-memory.ts'
import { manyParts } from './many-parts.ts'
import { mutatedFiles } from './mutated-files.ts'
import { oneStudy } from './one-study.ts'
import { pathTricks } from './path-tricks.ts'
import { type AnyScenario, anyScenario } from './scenario.ts'
import { slowClients } from './slow-clients.ts'
import { stopping } from './stopping.ts'

/** All of them, in the order the soak runs them. */
export const scenarios: readonly AnyScenario[] = [
  anyScenario(kill),
  anyScenario(killParts),
  anyScenario(diskFull),
  anyScenario(slowClients),
  anyScenario(abortedUploads),
  anyScenario(manyParts),
  anyScenario(bombs),
  anyScenario(pathTricks),
  anyScenario(mutatedFiles),
  anyScenario(stopping),
  anyScenario(oneStudy),
  anyScenario(littleMemory),
]
