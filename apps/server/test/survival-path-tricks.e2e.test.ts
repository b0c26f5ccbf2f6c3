import { pathTricks } from './survival/path-tricks.ts'
import { testScenario } from './survival/test-scenario.ts'

testScenario(pathTricks)
