import { kill } from './survival/kill.ts'
import { testScenario } from './survival/test-scenario.ts'

testScenario(kill)
