import { slowClients } from './survival/slow-clients.ts'
import { testScenario } from './survival/test-scenario.ts'

testScenario(slowClients)
