import { performance } from 'node:perf_hooks'
import type { Dicomweb } from '@sansfilm/core'
import type { SearchKey } from './search-keys.ts'

/** Milliseconds. */
export interface Cost {
  /** Of the processors that this process has used for one answer: others on the machine do not prolong it. */
  readonly cpu: number
  /** On the clock, of the quickest tenth of the answers, and of half of them. */
  readonly quick: number
  readonly median: number
}

const values = 50

/** What the answers to a search cost, in an archive of so many studies. */
export async function answerCost(dicomweb: Dicomweb, key: SearchKey, studies: number): Promise<Cost> {
  const ask = (n: number) =>
    answer(dicomweb, encodeURI(key.query(Math.floor(((n % values) * studies) / values), studies)))
  // The first ones compile.
  for (let n = 0; n < 5; n++) await ask(n)
  return costOf(ask)
}

/** What a piece of work costs, done again and again with a number. */
export async function costOf(work: (n: number) => Promise<unknown>): Promise<Cost> {
  const times: number[] = []
  const before = process.cpuUsage()
  const until = performance.now() + 1_500
  for (let n = 0; n < 200 && (n < 8 || performance.now() < until); n++) {
    const began = performance.now()
    await work(n)
    times.push(performance.now() - began)
  }
  const { user, system } = process.cpuUsage(before)
  times.sort((left, right) => left - right)
  const at = (share: number) => times[Math.floor(times.length * share)] as number // there are eight at least
  return { cpu: (user + system) / 1_000 / times.length, quick: at(0.1), median: at(0.5) }
}

async function answer(dicomweb: Dicomweb, url: string): Promise<void> {
  const { status, body } = await dicomweb.handle({
    method: 'GET',
    url,
    serviceRoot: 'http://localhost',
    headers: { accept: 'application/dicom+json' },
    body: null,
  })
  if (status !== 200 && status !== 204) throw new Error(`${url} was answered ${status}`)
  if (body !== null && !(body instanceof Uint8Array)) for await (const _ of body);
}
