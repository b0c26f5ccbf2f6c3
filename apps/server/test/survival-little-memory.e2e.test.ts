import { littleMemory } from './survival/little-memory.ts'
import { testScenario } from './survival/test-scenario.ts'

testScenario(littleMemory)
