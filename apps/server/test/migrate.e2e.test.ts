import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { startTestServer } from '@sansfilm/index-postgres/testing'
import { runCommand, type ServerProcess, startServer } from './support/server-process.ts'

jest.setTimeout(60_000)

const database = await startTestServer()
afterAll(async () => {
  if (typeof database !== 'string') await database.stop()
})

let data: string
let server: ServerProcess | undefined
beforeEach(async () => {
  data = join(await mkdtemp(join(tmpdir(), 'sansfilm-test-')), 'data')
})
afterEach(async () => {
  await server?.stop('SIGKILL')
  server = undefined
  await rm(join(data, '..'), { recursive: true, force: true })
})

const indexes: readonly (readonly [name: string, settings: () => Promise<NodeJS.ProcessEnv>])[] = [
  ['SQLite', async () => ({})],
  ...(typeof database === 'string'
    ? []
    : ([['PostgreSQL', async () => ({ SANSFILM_INDEX: await database.newArchive() })]] as const)),
]
if (typeof database === 'string') test.skip(`migrate in PostgreSQL [skipped: ${database}]`, () => {})

describe.each(indexes)('the schema of an index in %s', (_, settings) => {
  test('is left alone by a server that may not change it, and brought up to date by migrate', async () => {
    const env = { SANSFILM_DATA: data, SANSFILM_NO_MIGRATE: 'true', ...(await settings()) }
    const refused = await runCommand(['serve', '--port', '0'], env)
    expect(refused).toMatchObject({ status: 1, stdout: '' })
    expect(refused.stderr).toMatch(/has no tables yet, and this version works on schema \d+\. Run `sansfilm migrate`/)

    const due = await runCommand(['migrate', '--check'], env)
    expect(due).toMatchObject({ status: 1 })
    expect(due.stderr).toMatch(/^Due: from schema 0 to \d+\.$/m)
    await expect(readdir(data)).rejects.toThrow('ENOENT')

    expect(await runCommand(['migrate'], env)).toMatchObject({ status: 0 })
    expect(await runCommand(['migrate'], env)).toMatchObject({ status: 0 })
    const done = await runCommand(['migrate', '--check'], env)
    expect(done).toMatchObject({ status: 0 })
    expect(done.stderr).toMatch(/^Nothing is due: schema \d+\.$/m)

    server = await startServer(['--data', data], { env })
    expect((await fetch(`${server.origin}/readyz`)).status).toBe(200)
  })
})

test('migrate tells of a database that is not there, without its password', async () => {
  const { status, stderr } = await runCommand(['migrate', '--data', data], {
    SANSFILM_INDEX: 'postgres://user:hush@127.0.0.1:1/archive',
  })
  expect(status).toBe(1)
  expect(stderr).toContain('postgres://127.0.0.1:1/archive')
  expect(stderr).not.toContain('hush')
  expect(stderr).not.toContain('    at ')
})

test('a server that drains is not ready and goes on serving, and then ends', async () => {
  server = await startServer(['--drain-delay', '2s'])
  const stopped = server.stop()
  await server.logged('not ready any more')
  const ready = await fetch(`${server.origin}/readyz`)
  expect([ready.status, await ready.json()]).toEqual([503, { status: 'stopping' }])
  const answer = await fetch(`${server.origin}/dicom-web/studies`)
  expect([answer.status, answer.headers.get('connection')]).toEqual([204, 'close'])
  const { status, ms } = await stopped
  expect(status).toBe(0)
  expect(ms).toBeGreaterThan(1900)
})
