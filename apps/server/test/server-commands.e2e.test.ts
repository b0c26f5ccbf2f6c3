import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals'
import { runCommand } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'

jest.setTimeout(60_000)

let folder: string
let data: string
const command = (name: string, ...args: string[]) => runCommand([name, '--data', data, ...args])

/** An archive of three instances in two studies. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  data = join(folder, 'data')
  const files = [
    { study: '2.25.10', series: '2.25.11' },
    { study: '2.25.10', series: '2.25.11' },
    { study: '2.25.20', series: '2.25.21' },
  ]
  await Promise.all(files.map((file, n) => writeFile(join(folder, `${n}.dcm`), tinyInstance(file))))
  const { status, stderr } = await command('import', ...files.map((_, n) => join(folder, `${n}.dcm`)))
  expect({ status, stderr }).toMatchObject({ status: 0 })
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** Paths of the stored objects. */
async function objects(): Promise<string[]> {
  const entries = await readdir(join(data, 'objects'), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
}

/** One more instance, in an object of its own. */
async function importLarge(): Promise<void> {
  await writeFile(join(folder, 'large.dcm'), tinyInstance({ pixels: 2 * 1024 * 1024 }))
  expect(await command('import', join(folder, 'large.dcm'))).toMatchObject({ status: 0 })
}

async function removeIndex(): Promise<void> {
  for (const name of await readdir(data)) if (name.startsWith('index.sqlite')) await rm(join(data, name))
}

describe('verify', () => {
  test('is content with what is as it was stored', async () => {
    expect(await command('verify')).toMatchObject({ status: 0, stdout: '' })
  })

  test('lists one line for each object that is not', async () => {
    await importLarge()
    const files = await objects()
    const shared = files.find((path) => path.endsWith('.pack')) ?? ''
    const bytes = await readFile(shared)
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
    await writeFile(shared, bytes)
    await rm(files.find((path) => !path.endsWith('.pack')) ?? '')
    const { status, stdout } = await command('verify')
    expect(status).toBe(1)
    expect(stdout.trim().split('\n').sort()).toEqual([
      expect.stringMatching(/^different\t2\.25/),
      expect.stringMatching(/^missing\t2\.25/),
    ])
  })
})

describe('reindex', () => {
  test('brings a lost index back from the objects alone', async () => {
    const before = await command('stats')
    await removeIndex()
    const { status, stderr } = await command('reindex')
    expect({ status, stderr }).toEqual({ status: 0, stderr: expect.stringContaining('3 instances added') })
    expect(await command('stats')).toEqual(before)
    expect((await command('verify')).status).toBe(0)
  })
})

describe('sweep', () => {
  const longAgo = new Date(Date.now() - 86_400_000)

  test('removes what no instance refers to, and nothing younger than the grace', async () => {
    const [example = ''] = await objects()
    const orphan = `${example}0`
    await writeFile(orphan, 'left behind by a crash')
    await command('sweep')
    expect(await objects()).toContain(orphan)
    await utimes(orphan, longAgo, longAgo)
    expect((await command('sweep', '--dry-run')).stderr).toContain('1 (22 B) would be removed')
    expect((await command('sweep')).status).toBe(0)
    expect(await objects()).not.toContain(orphan)
    expect((await command('verify')).status).toBe(0)
  })

  test('removes nothing when the index is lost', async () => {
    const before = await objects()
    for (const path of before) await utimes(path, longAgo, longAgo)
    await removeIndex()
    const { stderr } = await command('sweep')
    expect(stderr).toContain('reindex')
    expect(await objects()).toEqual(before)
  })
})

test('compact tells what it has done, and leaves alone what is younger than the grace', async () => {
  const before = await objects()
  for (const flags of [['--dry-run'], []]) {
    const { status, stderr } = await command('compact', ...flags)
    expect({ status, stderr }).toEqual({
      status: 0,
      stderr: expect.stringContaining('0 series (0 B) merged; 0 instances'),
    })
  }
  expect(await objects()).toEqual(before)
})

test('stats is a table of whole lines', async () => {
  const { stdout } = await command('stats')
  expect(stdout).toMatch(/^Studies +2$/m)
  expect(stdout).toMatch(/^Instances +3$/m)
  expect(stdout).toMatch(/B\n$/)
})
