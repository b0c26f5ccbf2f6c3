import files from 'node:fs'
import promises from 'node:fs/promises'
import type { Fault } from '@sansfilm/adapter-contracts'

/** Calls of the file system that fail when they are told to, in place of `node:fs` and `node:fs/promises`. */
export interface FaultyFiles {
  readonly files: typeof files
  readonly promises: typeof promises
  /** As of `FaultyMedium`. */
  inject(fault: Fault, step: number): void
  hasMet(): boolean
  heal(): void
}

type Callback = (error: Error | null, ...results: unknown[]) => void

const codes: Readonly<Partial<Record<Fault, string>>> = { 'torn write': 'EIO', 'out of space': 'ENOSPC' }

/** @returns the calls as they are, until a fault is injected */
export function createFaultyFiles(): FaultyFiles {
  let fault: Fault | undefined
  let stepsBefore = 0
  let met = 0
  let held: (() => void)[] = []

  /** @returns the error that a call which changes something ends with; nothing where it goes well */
  const failureOf = (call: string): Error | undefined => {
    const code = fault === undefined ? undefined : codes[fault]
    if (code === undefined || stepsBefore-- > 0) return undefined
    met++
    return Object.assign(new Error(`${code}: injected, ${call}`), { code, syscall: call, errno: -5 })
  }
  const failing =
    (name: 'open' | 'fsync' | 'fdatasync' | 'ftruncate' | 'writev') =>
    (...given: unknown[]) => {
      const isRead = name === 'open' && given[1] !== 'wx'
      const failure = isRead ? undefined : failureOf(name)
      const call = files[name] as (...given: unknown[]) => void // its overloads are passed on as they are
      if (failure === undefined) return call(...given)
      setImmediate(given.at(-1) as Callback, failure) // the last of each of these calls
    }
  const failingPromise =
    (name: 'rename' | 'mkdir' | 'open') =>
    async (...given: unknown[]) => {
      const failure = failureOf(name)
      if (failure !== undefined) throw failure
      return (promises[name] as (...given: unknown[]) => Promise<unknown>)(...given) // as above
    }

  return {
    files: {
      ...files,
      open: failing('open'),
      fsync: failing('fsync'),
      fdatasync: failing('fdatasync'),
      ftruncate: failing('ftruncate'),
      writev: failing('writev'),
      // Half of it comes to be on the disk.
      write(file: number, buffer: Buffer, offset: number, length: number, position: number, callback: Callback) {
        const failure = failureOf('write')
        const written = failure === undefined ? length : length >> 1
        files.write(file, buffer, offset, written, position, (error, bytes) => callback(failure ?? error, bytes))
      },
      read(...given: Parameters<typeof files.read>) {
        if (fault !== 'slow read') return files.read(...given)
        met++
        held.push(() => files.read(...given))
      },
    } as typeof files,
    promises: {
      ...promises,
      rename: failingPromise('rename'),
      mkdir: failingPromise('mkdir'),
      open: failingPromise('open'),
    } as typeof promises,
    inject(injected, step) {
      fault = injected
      stepsBefore = step - 1
      met = 0
    },
    hasMet: () => met > 0,
    heal() {
      fault = undefined
      for (const goOn of held) goOn()
      held = []
    },
  }
}
