import { killParts } from './survival/kill-parts.ts'
import { testScenario } from './survival/test-scenario.ts'

testScenario(killParts)
