import { bombs } from './survival/bombs.ts'
import { testScenario } from './survival/test-scenario.ts'

testScenario(bombs)
