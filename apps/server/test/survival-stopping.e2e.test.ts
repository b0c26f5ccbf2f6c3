import { stopping } from './survival/stopping.ts'
import { testScenario } from './survival/test-scenario.ts'

testScenario(stopping)
