import { describe, expect, test } from '@jest/globals'
import { Derivations } from './derivations.ts'

const bytes = Buffer.from('made')

function slowWork() {
  const done = Promise.withResolvers<Uint8Array>()
  const signals: AbortSignal[] = []
  const make = (signal: AbortSignal): Promise<Uint8Array> => {
    signals.push(signal)
    return done.promise
  }
  return { make, done, signals }
}

describe('Derivations', () => {
  test('works once for all who ask at the same time, and once more for those who ask later', async () => {
    const derivations = new Derivations(undefined)
    const { make, done, signals } = slowWork()
    const asked = [
      derivations.get(['rendered', 'a'], make),
      derivations.get(['rendered', 'a'], make),
      derivations.get(['rendered', 'b'], make),
    ]
    done.resolve(bytes)
    expect(await Promise.all(asked)).toEqual([bytes, bytes, bytes])
    expect(signals.length).toBe(2)
    await derivations.get(['rendered', 'a'], make)
    expect(signals.length).toBe(3)
  })

  test('one who leaves does not end the work of those who wait', async () => {
    const derivations = new Derivations(undefined)
    const { make, done, signals } = slowWork()
    const leaving = new AbortController()
    const left = derivations.get(['rendered', 'a'], make, leaving.signal)
    const waiting = derivations.get(['rendered', 'a'], make, new AbortController().signal)
    leaving.abort(new Error('gone'))
    await expect(left).rejects.toThrow('gone')
    expect(signals[0]?.aborted).toBe(false)
    done.resolve(bytes)
    expect(await waiting).toEqual(bytes)
  })

  test('work that nobody waits for is abandoned, and begun anew for the next', async () => {
    const derivations = new Derivations(undefined)
    const { make, done, signals } = slowWork()
    const leaving = new AbortController()
    const left = derivations.get(['rendered', 'a'], make, leaving.signal)
    leaving.abort(new Error('gone'))
    await expect(left).rejects.toThrow('gone')
    expect(signals[0]?.aborted).toBe(true)
    const again = derivations.get(['rendered', 'a'], make)
    done.resolve(bytes)
    expect(await again).toEqual(bytes)
    expect(signals.length).toBe(2)
  })

  test('a failure is not kept', async () => {
    const derivations = new Derivations(undefined)
    await expect(derivations.get(['rendered', 'a'], () => Promise.reject(new Error('broken')))).rejects.toThrow(
      'broken',
    )
    expect(await derivations.get(['rendered', 'a'], async () => bytes)).toBe(bytes)
  })

  test('answers before what was made is kept, whatever becomes of that', async () => {
    const put = Promise.withResolvers<void>()
    const kept: string[] = []
    const derivations = new Derivations({
      get: async () => undefined,
      put: (key) => {
        kept.push(key)
        return put.promise
      },
    })
    expect(await derivations.get(['rendered', 'a'], async () => bytes)).toBe(bytes)
    put.reject(new Error('a cache must not reject'))
    expect(await derivations.get(['rendered', 'b'], async () => bytes)).toBe(bytes)
    expect(new Set(kept).size).toBe(2)
  })

  test('holds a bounded number of results for a cache that is slow', async () => {
    let putting = 0
    const derivations = new Derivations({
      get: async () => undefined,
      put: () => {
        putting++
        return new Promise(() => undefined)
      },
    })
    for (let i = 0; i < 100; i++) await derivations.get(['rendered', String(i)], async () => bytes)
    expect(putting).toBe(64)
  })
})
