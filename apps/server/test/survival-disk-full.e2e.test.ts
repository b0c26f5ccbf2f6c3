import { diskFull } from './survival/disk-full.ts'
import { testScenario } from './survival/test-scenario.ts'

testScenario(diskFull)
