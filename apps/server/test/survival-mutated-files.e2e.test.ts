import { mutatedFiles } from './survival/mutated-files.ts'
import { testScenario } from './survival/test-scenario.ts'

testScenario(mutatedFiles)
