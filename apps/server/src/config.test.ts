import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { defaultLimits } from '@sansfilm/core'
import { tags } from '@sansfilm/dicom'
import { Command } from 'commander'
import { addOptions, ConfigError, readServerConfig, type ServerConfig } from './config.ts'
import { dataOptions, limitOptions, sampleOptions, serverOptions } from './options.ts'

const table = { ...dataOptions, ...serverOptions, ...sampleOptions }

function read(argv: readonly string[], env: NodeJS.ProcessEnv = {}): ServerConfig {
  const command = addOptions(new Command().exitOverride().configureOutput({ writeErr: () => undefined }), table)
  command.parse(argv, { from: 'user' })
  return readServerConfig(command, env, true)
}

function problemsOf(argv: readonly string[], env: NodeJS.ProcessEnv = {}): readonly string[] {
  try {
    read(argv, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
    throw error
  }
  return []
}

describe('settings', () => {
  test('have the documented defaults', () => {
    const config = read([])
    expect(config).toMatchObject({ port: 8042, host: '127.0.0.1', readOnly: false, noDelete: false, sample: true })
    expect(config).toMatchObject({ onConflict: 'refuse', corsOrigins: '*', publicUrl: undefined })
    expect(config.data).toBe(join(process.cwd(), 'data'))
  })

  test('have the limits of the core as defaults', () => {
    const config = read([])
    const limits = Object.fromEntries(Object.keys(limitOptions).map((name) => [name, Reflect.get(config, name)]))
    expect(limits).toEqual(defaultLimits)
  })

  test('come from the environment, and before that from flags', () => {
    expect(read([], { SANSFILM_PORT: '9000' }).port).toBe(9000)
    expect(read(['--port', '9001'], { SANSFILM_PORT: '9000' }).port).toBe(9001)
    expect(read([], { SANSFILM_PORT: '' }).port).toBe(8042)
  })

  test('switches understand the words people put into environments', () => {
    expect(read(['--read-only']).readOnly).toBe(true)
    expect(read([], { SANSFILM_READ_ONLY: 'yes' }).readOnly).toBe(true)
    expect(read([], { SANSFILM_READ_ONLY: '0', SANSFILM_NO_DELETE: 'false' })).toMatchObject({
      readOnly: false,
      noDelete: false,
    })
    expect(read(['--no-delete']).noDelete).toBe(true)
    expect(read(['--no-sample']).sample).toBe(false)
    expect(problemsOf([], { SANSFILM_READ_ONLY: 'maybe' })).toEqual([expect.stringContaining('SANSFILM_READ_ONLY')])
  })

  test('what may hold a password is not repeated', () => {
    const [flag] = problemsOf(['--storage', 's3://KEY:hush@host'])
    expect(flag).toMatch(/^--storage: the value cannot be used; .*name of a bucket/)
    const [variable] = problemsOf([], { SANSFILM_STORAGE: 'KEY:hush' })
    expect(variable).toMatch(/^SANSFILM_STORAGE: the value cannot be used; /)
    expect(`${flag}${variable}`).not.toContain('hush')
  })

  test('sizes, times, lists and attributes are read', () => {
    const config = read([
      ...['--max-instance-bytes', '500MB', '--max-inflated-bytes', '1GiB', '--sweep-interval', '90s'],
      ...['--cors-origins', 'https://a.example, http://localhost:3000', '--trust-proxy', 'loopback,10.0.0.0/8'],
      ...['--study-attributes', 'PatientSpeciesDescription,RequestAttributesSequence.ScheduledProcedureStepID'],
      ...['--public-url', 'https://pacs.example/archive/'],
    ])
    expect(config.maxInstanceBytes).toBe(500_000_000)
    expect(config.maxInflatedBytes).toBe(2 ** 30)
    expect(config.sweepInterval).toBe(90_000)
    expect(config.corsOrigins).toEqual(['https://a.example', 'http://localhost:3000'])
    expect(config.trustProxy).toEqual(['loopback', '10.0.0.0/8'])
    expect(config.studyAttributes).toEqual([
      [tags.PatientSpeciesDescription],
      [tags.RequestAttributesSequence, tags.ScheduledProcedureStepID],
    ])
    expect(config.publicUrl).toBe('https://pacs.example/archive')
  })

  test.each([
    ['--port', '70000'],
    ['--port', '80a'],
    ['--host', 'not a host'],
    ['--data', ''],
    ['--public-url', 'pacs.example'],
    ['--public-url', 'https://pacs.example/?a=b'],
    ['--on-conflict', 'merge'],
    ['--max-instance-bytes', '12 parsecs'],
    ['--max-cache-bytes', 'unlimited'],
    ['--cors-origins', 'https://a.example/path'],
    ['--cors-origins', '*,https://a.example'],
    ['--trust-proxy', '10.0.0.0/99'],
    ['--sweep-grace', '1s'],
    ['--series-attributes', 'NoSuchKeyword'],
    ['--log-level', 'loud'],
  ])('%s %p is refused by name', (flag, value) => {
    expect(problemsOf([flag, value])).toEqual([expect.stringContaining(`${flag}: "${value}" cannot be used`)])
  })

  test('that contradict each other are refused', () => {
    expect(problemsOf(['--read-only', '--on-conflict', 'replace'])).toEqual([expect.stringContaining('contradict')])
  })

  test('every problem is told at once', () => {
    expect(problemsOf(['--port', 'x', '--host', ' '])).toHaveLength(2)
  })
})

describe('the data folder', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sansfilm-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  test('cannot be a file', async () => {
    const file = join(folder, 'file')
    await writeFile(file, '')
    expect(problemsOf(['--data', file])).toEqual([expect.stringContaining('--data')])
  })
})
