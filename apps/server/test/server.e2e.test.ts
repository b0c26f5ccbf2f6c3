import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, jest, test } from '@jest/globals'
import { dataOptions, sampleOptions, serverOptions } from '../src/options.ts'
import { runCommand, type ServerProcess, startServer } from './support/server-process.ts'

jest.setTimeout(60_000)

const running: ServerProcess[] = []
async function serve(...given: Parameters<typeof startServer>): Promise<ServerProcess> {
  const server = await startServer(...given)
  running.push(server)
  return server
}
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop('SIGKILL')
})

describe('the command line', () => {
  test('help lists every option with its variable and default', async () => {
    const { status, stdout } = await runCommand(['start', '--help'])
    expect(status).toBe(0)
    // Commander wraps its lines.
    const text = stdout.replace(/\s+/g, ' ')
    for (const row of Object.values({ ...dataOptions, ...serverOptions, ...sampleOptions })) {
      expect(text).toContain(row.flags)
      expect(text).toContain(`env: ${row.env})`)
      if ('default' in row && row.default !== '') expect(text).toContain(`default: ${row.default};`)
    }
  })

  test('help lists the commands', async () => {
    const { status, stdout } = await runCommand(['help'])
    expect(status).toBe(0)
    for (const name of ['serve', 'import', 'verify', 'reindex', 'stats', 'sweep', 'compact'])
      expect(stdout).toContain(`${name} `)
  })

  test('keeps compiled code among the caches of the user, and runs where there is no place for it', async () => {
    const caches = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
    const version = (env: NodeJS.ProcessEnv) => runCommand(['--version'], { NODE_COMPILE_CACHE: '', ...env })
    try {
      expect(await version({ XDG_CACHE_HOME: caches })).toMatchObject({ status: 0, stderr: '' })
      expect(await readdir(join(caches, 'sansfilm', 'compiled'))).toHaveLength(1)
      expect(await version({ XDG_CACHE_HOME: '/dev/null' })).toMatchObject({ status: 0, stderr: '' })
      expect(await version({ XDG_CACHE_HOME: '', HOME: '', USERPROFILE: '' })).toMatchObject({ status: 0, stderr: '' })
    } finally {
      await rm(caches, { recursive: true })
    }
  })

  const unused = join(tmpdir(), `sansfilm-unused-${process.pid}`)
  test.each([
    [['serve', '--prot', '1'], {}, '--prot'],
    [['serve', '--port', 'eighty'], {}, '--port: "eighty"'],
    [['serve'], { SANSFILM_PORT: '99999' }, 'SANSFILM_PORT: "99999"'],
    [['serve', '--no-sample'], {}, '--no-sample'],
    [['serve', '--read-only', '--on-conflict', 'replace'], {}, 'contradict'],
    [['serve', 'surplus'], {}, 'argument'],
    [['undo'], {}, 'undo'],
    [['backup'], {}, '--to-data'],
    [['restore'], {}, '--from-data'],
  ])('%j with %j is refused with status 2, and nothing is made', async (args, env, message) => {
    const { status, stderr, stdout } = await runCommand(args, { SANSFILM_DATA: unused, ...env })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(existsSync(unused)).toBe(false)
  })

  test('a port in use is told in plain words, with status 1', async () => {
    const { origin, data } = await serve()
    const { port } = new URL(origin)
    const { status, stderr } = await runCommand(['serve', '--port', port, '--data', data])
    expect(status).toBe(1)
    expect(stderr).toContain(`Port ${port} of 127.0.0.1 is in use`)
    expect(stderr).not.toContain('    at ')
  })

  test('commands on an archive need one', async () => {
    for (const command of ['verify', 'reindex', 'stats', 'sweep', 'compact']) {
      const { status, stderr } = await runCommand([command, '--data', unused])
      expect({ command, status }).toEqual({ command, status: 1 })
      expect(stderr).toContain('There is no archive in')
      expect(existsSync(unused)).toBe(false)
    }
  })
})

describe('a server', () => {
  test('tells its three addresses, and answers at each', async () => {
    const { origin, output } = await serve()
    for (const path of ['/', '/viewer/', '/dicom-web']) expect(output.stderr).toContain(`${origin}${path}\n`)
    for (const path of ['/', '/viewer/', '/dicom-web/studies']) {
      const response = await fetch(`${origin}${path}`)
      expect({ path, ok: response.ok }).toEqual({ path, ok: true })
      expect(response.headers.get('x-powered-by')).toBeNull()
      expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    }
  })

  test('says what is not there', async () => {
    const { origin } = await serve()
    const wado = await fetch(`${origin}/wado?requestType=STOW`)
    expect(wado.status).toBe(400)
    expect(wado.headers.get('content-type')).toContain('application/problem+json')
    expect((await fetch(`${origin}/nothing/here`)).status).toBe(404)
    expect((await fetch(`${origin}/viewer/nothing.js`)).status).toBe(404)
  })

  test('refuses a request target that is too long in its own words', async () => {
    const { origin } = await serve()
    const response = await fetch(`${origin}/dicom-web/studies?PatientID=${'1'.repeat(50_000)}`)
    expect(response.status).toBe(414)
    expect(response.headers.get('content-type')).toContain('application/problem+json')
  })

  test('is alive and ready', async () => {
    const { origin } = await serve()
    expect((await fetch(`${origin}/livez`)).status).toBe(200)
    const ready = await fetch(`${origin}/readyz`)
    expect(await ready.json()).toEqual({ status: 'ready', storage: true, index: true })
  })

  test('logs JSON lines without what was searched for', async () => {
    const server = await serve()
    const response = await fetch(`${server.origin}/dicom-web/studies?PatientName=SECRET`, {
      headers: { 'x-request-id': 'abc-1' },
    })
    await response.arrayBuffer()
    expect(response.headers.get('x-request-id')).toBe('abc-1')
    await fetch(`${server.origin}/dicom-web/studies/SECRET`)
    await server.logged('studies/*')
    const lines = server.output.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines).toContainEqual(
      expect.objectContaining({
        requestId: 'abc-1',
        method: 'GET',
        path: '/dicom-web/studies',
        status: response.status,
      }),
    )
    expect(server.output.stdout + server.output.stderr).not.toContain('SECRET')
  })

  test('cuts off an upload in which nothing moves', async () => {
    const server = await serve(['--idle-timeout', '1s'])
    const socket = await openUpload(server.origin)
    const started = performance.now()
    await new Promise((resolve) => socket.once('close', resolve).once('error', () => undefined))
    expect(performance.now() - started).toBeLessThan(5000)
    await server.logged('request cut off')
  })
})

describe('SIGTERM', () => {
  test('ends an idle server at once, with status 0', async () => {
    const server = await serve()
    await fetch(`${server.origin}/livez`)
    const { status, ms } = await server.stop()
    expect(status).toBe(0)
    expect(ms).toBeLessThan(3000)
    expect(server.output.stdout).toContain('"msg":"stopped"')
  })

  test('lets a request in flight finish', async () => {
    const server = await serve()
    const socket = await openUpload(server.origin)
    const answer = new Promise<string>((resolve) => socket.once('data', (bytes) => resolve(String(bytes))))
    const stopped = server.stop()
    await server.logged('stopping')
    socket.write('1'.repeat(900))
    expect(await answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect((await stopped).status).toBe(0)
  })

  test('does not wait for a stuck client longer than 15 s', async () => {
    const server = await serve()
    const socket = await openUpload(server.origin)
    socket.on('error', () => undefined)
    const { status, ms } = await server.stop()
    expect(status).toBe(0)
    expect(ms).toBeLessThan(15_000)
  })
})

/** A store request of 1000 bytes of which 100 have been sent. */
async function openUpload(origin: string) {
  const { hostname, port } = new URL(origin)
  const socket = connect(Number(port), hostname)
  await new Promise((resolve) => socket.once('connect', resolve))
  const head = [
    'POST /dicom-web/studies HTTP/1.1',
    `Host: ${hostname}`,
    'Content-Type: application/dicom',
    'Content-Length: 1000',
  ]
  socket.write(`${head.join('\r\n')}\r\n\r\n${'0'.repeat(100)}`)
  // Until the server has seen the head there is no request to wait for.
  await new Promise((resolve) => setTimeout(resolve, 200))
  return socket
}
