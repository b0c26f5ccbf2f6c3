import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { filesystemStorage } from './filesystem-storage.ts'

const MiB = 1024 * 1024
const directory = mkdtempSync(join(tmpdir(), 'sansfilm-full-'))

function mount(...options: readonly string[]): boolean {
  try {
    execFileSync('mount', [...options, directory], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const mounted = mount('-t', 'tmpfs', '-o', 'size=4m', 'tmpfs')
afterAll(() => {
  if (mounted) execFileSync('umount', [directory])
  rmSync(directory, { recursive: true })
})

async function* bytes(length: number): AsyncIterable<Uint8Array> {
  const chunk = new Uint8Array(64 * 1024)
  for (let start = 0; start < length; start += chunk.length) yield chunk.subarray(0, length - start)
}

describe(mounted ? 'a full disk' : 'a full disk [skipped: mounting a small tmpfs takes root]', () => {
  const testMounted = mounted ? test : test.skip

  testMounted('puts are out-of-resources and leave nothing, reads go on, and room heals', async () => {
    const storage = filesystemStorage({ directory })
    await storage.put('p/kept', bytes(2 * MiB))
    for (let round = 0; round < 5; round++) {
      const puts = ['a', 'b', 'c'].map((name) => storage.put(`p/${round}/${name}`, bytes(3 * MiB)))
      for (const put of await Promise.allSettled(puts)) {
        expect(put).toMatchObject({
          status: 'rejected',
          reason: { name: 'AdapterError', code: 'out-of-resources', cause: { code: 'ENOSPC' } },
        })
      }
    }
    expect(readdirSync(join(directory, '.incoming'))).toEqual([])
    expect(readdirSync(join(directory, 'p'))).toEqual(['kept'])
    expect(await storage.read('p/kept', { offset: 2 * MiB - 1, length: 10 })).toHaveLength(1)

    await storage.put('p/filler', bytes(4 * MiB - 2 * MiB - 64 * 1024))
    while (await storage.put(`p/${Math.random().toString().slice(2)}`, bytes(4096)).then(Boolean, () => false));
    await expect(storage.check()).rejects.toMatchObject({ code: 'out-of-resources' })

    await storage.delete('p/filler')
    await storage.check()
    expect(await storage.put('p/again', bytes(MiB))).toEqual({ length: MiB })
    await storage.close()
  })

  testMounted('a read-only disk is unavailable to puts and probes, and can be read', async () => {
    const storage = filesystemStorage({ directory })
    mount('-o', 'remount,ro')
    try {
      await expect(storage.check()).rejects.toMatchObject({ code: 'unavailable' })
      await expect(storage.put('p/new', bytes(10))).rejects.toMatchObject({ code: 'unavailable' })
      expect(await storage.read('p/kept', { offset: 0, length: 10 })).toHaveLength(10)
    } finally {
      mount('-o', 'remount,rw')
      await storage.close()
    }
  })
})
