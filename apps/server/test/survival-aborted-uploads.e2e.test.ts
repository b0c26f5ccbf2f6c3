import { abortedUploads } from './survival/aborted-uploads.ts'
import { testScenario } from './survival/test-scenario.ts'

testScenario(abortedUploads)
