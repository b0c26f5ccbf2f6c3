import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import express from 'express'
import { pino } from 'pino'
import request from 'supertest'
import { answerHealth } from './health.ts'
import { createReadiness } from './readiness.ts'

let time = 0
beforeEach(() => {
  time = 1000
  jest.spyOn(performance, 'now').mockImplementation(() => time)
})
afterEach(() => void jest.restoreAllMocks())

function setUp() {
  const state = { storage: 0, index: 0, fails: false, stopping: false }
  const adapter = (name: 'storage' | 'index') => ({
    async check() {
      state[name]++
      if (state.fails) throw new Error('away')
    },
  })
  const log = pino({ level: 'silent' })
  const app = express().use(
    answerHealth({
      readiness: createReadiness({ storage: adapter('storage'), index: adapter('index') }, log),
      stopping: () => state.stopping,
    }),
  )
  return { state, readyz: () => request(app).get('/readyz'), livez: () => request(app).get('/livez') }
}

describe('readiness', () => {
  test('asks storage and index once, however many probes come at once or soon after', async () => {
    const { state, readyz } = setUp()
    const answers = await Promise.all(Array.from({ length: 10 }, () => readyz()))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    time += 4999
    expect((await readyz()).body).toEqual({ status: 'ready', storage: true, index: true })
    expect(state).toMatchObject({ storage: 1, index: 1 })
    time += 1
    await readyz()
    expect(state).toMatchObject({ storage: 2, index: 2 })
  })

  test('notices soon that what was away is back', async () => {
    const { state, readyz } = setUp()
    state.fails = true
    expect((await readyz()).status).toBe(503)
    state.fails = false
    time += 999
    expect((await readyz()).status).toBe(503)
    time += 1
    expect((await readyz()).status).toBe(200)
  })

  test('ends with the first word of a stop, and asks nobody', async () => {
    const { state, readyz, livez } = setUp()
    state.stopping = true
    const { status, body } = await readyz()
    expect([status, body]).toEqual([503, { status: 'stopping' }])
    expect(state).toMatchObject({ storage: 0, index: 0 })
    expect((await livez()).status).toBe(200)
  })
})
