/**
 * Memory while one instance of 2 GB is stored and retrieved: the peak of the server's resident memory above idle.
 * Run: pnpm bench:memory [MiB]
 */
import { request } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type LargeInstance, largeInstance } from './large-instance.ts'
import { type ServerProcess, startServerProcess } from './server-process.ts'

const mebibyte = 1024 * 1024
const targetMiB = 96
const sizeMiB = Number(process.argv[2] ?? 2048)

const server = await startServerProcess()
try {
  await warmUp(server)
  const idle = await server.residentBytes()
  const instance = largeInstance(sizeMiB * mebibyte)
  const stored = await peakWhile(server, () => store(server.root, instance))
  const retrieved = await peakWhile(server, () => retrieve(server.root, instance))
  const above = (peak: number) => Math.round((peak - idle) / mebibyte)
  console.log(`idle ${Math.round(idle / mebibyte)} MiB`)
  for (const [name, { peak, seconds }] of Object.entries({ store: stored, retrieve: retrieved })) {
    const rate = Math.round(sizeMiB / seconds)
    console.log(`${name} ${sizeMiB} MiB: peak ${above(peak)} MiB above idle (target ${targetMiB}), ${rate} MiB/s`)
  }
  if (Math.max(above(stored.peak), above(retrieved.peak)) > targetMiB) process.exitCode = 1
} finally {
  await server.stop()
}

/** Code is loaded and compiled at first use; that is not what is measured. */
async function warmUp({ root }: ServerProcess): Promise<void> {
  for (let i = 0; i < 3; i++) {
    const small = largeInstance(8 * mebibyte)
    await store(root, small)
    await retrieve(root, small)
  }
  await new Promise((resolve) => setTimeout(resolve, 1000))
}

async function peakWhile(server: ServerProcess, run: () => Promise<void>): Promise<{ peak: number; seconds: number }> {
  let peak = 0
  const sample = async () => {
    peak = Math.max(peak, await server.residentBytes())
  }
  const timer = setInterval(sample, 50)
  const start = performance.now()
  try {
    await run()
    const seconds = (performance.now() - start) / 1000
    await sample()
    return { seconds, peak }
  } finally {
    clearInterval(timer)
  }
}

async function store(root: string, instance: LargeInstance): Promise<void> {
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

async function retrieve(root: string, { study, series, instance, length }: LargeInstance): Promise<void> {
  const url = `${root}/studies/${study}/series/${series}/instances/${instance}`
  const response = await fetch(url, { headers: { accept: 'application/dicom; transfer-syntax=*' } })
  let received = 0
  for await (const chunk of response.body ?? []) received += chunk.length
  if (response.status !== 200 || received !== length) {
    throw new Error(`retrieve answered ${response.status} with ${received} of ${length} bytes`)
  }
}
