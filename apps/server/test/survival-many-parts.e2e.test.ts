import { manyParts } from './survival/many-parts.ts'
import { testScenario } from './survival/test-scenario.ts'

testScenario(manyParts)
