import { oneStudy } from './survival/one-study.ts'
import { testScenario } from './survival/test-scenario.ts'

testScenario(oneStudy)
