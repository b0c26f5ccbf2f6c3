/**
 * Memory while one instance of 2 GB is stored and retrieved: the peak of the server's resident memory above idle.
 * Run: pnpm bench:memory [MiB]
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type LargeInstance, largeInstance } from './large-instance.ts'
import { residentBytes, withPeakMemory } from './measure/memory.ts'
import { startSansfilm } from './servers/sansfilm.ts'

const mebibyte = 1024 * 1024
const targetMiB = 96
const sizeMiB = Number(process.argv[2] ?? 2048)

const folder = await mkdtemp(join(tmpdir(), 'sansfilm-bench-'))
const server = await startSansfilm(folder)
const root = `http://127.0.0.1:${server.port}${server.request({ path: '', accept: '' }).target}`
try {
  await warmUp()
  const idle = await residentBytes(server.pid)
  const instance = largeInstance(sizeMiB * mebibyte)
  const stored = await peakWhile(() => store(instance))
  const retrieved = await peakWhile(() => retrieve(instance))
  const above = (peak: number) => Math.round((peak - idle) / mebibyte)
  console.log(`idle ${Math.round(idle / mebibyte)} MiB`)
  for (const [name, { peak, seconds }] of Object.entries({ store: stored, retrieve: retrieved })) {
    const rate = Math.round(sizeMiB / seconds)
    console.log(`${name} ${sizeMiB} MiB: peak ${above(peak)} MiB above idle (target ${targetMiB}), ${rate} MiB/s`)
  }
  if (Math.max(above(stored.peak), above(retrieved.peak)) > targetMiB) process.exitCode = 1
} finally {
  await server.stop()
  await rm(folder, { recursive: true, force: true })
}

/** Code is loaded and compiled at first use; that is not what is measured. */
async function warmUp(): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const small = largeInstance(8 * mebibyte)
    await store(small)
    await retrieve(small)
  }
  await new Promise((resolve) => setTimeout(resolve, 1000))
}

async function peakWhile(run: () => Promise<void>): Promise<{ peak: number; seconds: number }> {
  const start = performance.now()
  const { peak } = await withPeakMemory(server.pid, run)
  return { peak, seconds: (performance.now() - start) / 1000 }
}

async function store(instance: LargeInstance): Promise<void> {
  const outgoing = request(`${root}/studies`, {
    method: 'POST',
    headers: { 'content-type': 'application/dicom', 'content-length': instance.length },
  })
  const status = new Promise<number>((resolve, reject) => {
    outgoing.once('response', (response) => resolve(response.resume().statusCode ?? 0)).once('error', reject)
  })
  await pipeline(Readable.from(instance.bytes(), { objectMode: false }), outgoing)
  if ((await status) !== 200) throw new Error(`store answered ${await status}`)
}

async function retrieve({ study, series, instance, length }: LargeInstance): Promise<void> {
  const url = `${root}/studies/${study}/series/${series}/instances/${instance}`
  const response = await fetch(url, { headers: { accept: 'application/dicom; transfer-syntax=*' } })
  let received = 0
  for await (const chunk of response.body ?? []) received += chunk.length
  if (response.status !== 200 || received !== length) {
    throw new Error(`retrieve answered ${response.status} with ${received} of ${length} bytes`)
  }
}
