import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { type ScaledArchive, startScaledArchive } from './scaled/scaled-archive.ts'
import { dicomParts, postParts } from './support/multipart-body.ts'
import { runCommand } from './support/server-process.ts'
import { tinyInstance } from './support/tiny-instance.ts'

jest.setTimeout(180_000)

/** Makes a process one of the next version. */
const next = { NODE_OPTIONS: `--import ${fileURLToPath(new URL('support/next-version.mjs', import.meta.url))}` }

let archive: ScaledArchive
beforeAll(async () => {
  // The proxy asks every second, and turns away after two bad answers.
  archive = await startScaledArchive({ env: { SANSFILM_DRAIN_DELAY: '4s' } })
}, 120_000)
afterAll(async () => {
  await archive?.stop()
}, 60_000)

/** Stores and searches through the proxy, one after the other, until it is stopped. */
function startLoad(): { stop(): Promise<{ readonly stored: number; readonly failures: readonly string[] }> } {
  const failures: string[] = []
  let stored = 0
  let stopped = false
  const root = `${archive.origin}/dicom-web`
  const attempt = async (what: string, request: () => Promise<Response>): Promise<boolean> => {
    const response = await request().catch((error: unknown) => String(error))
    if (typeof response === 'string') failures.push(`${what}: ${response}`)
    else if (!response.ok) failures.push(`${what}: ${response.status}`)
    else await response.arrayBuffer()
    return typeof response !== 'string' && response.ok
  }
  const client = async () => {
    while (!stopped) {
      if (await attempt('store', () => postParts({ root }, dicomParts(tinyInstance())))) stored++
      await attempt('search', () => fetch(`${root}/studies?limit=1`))
    }
  }
  const running = Promise.all([client(), client()])
  return {
    async stop() {
      stopped = true
      await running
      return { stored, failures }
    },
  }
}

test('old and new servers serve side by side over a step of the schema, and no request fails', async () => {
  const [one, other] = archive.apps
  if (one === undefined || other === undefined) throw new Error('two servers are wanted')
  const load = startLoad()
  await new Promise((resolve) => setTimeout(resolve, 500))

  // The new version waits for the step.
  expect(await runCommand(['migrate', '--check'], { ...archive.env, ...next })).toMatchObject({ status: 1 })
  const early = await runCommand(['serve', '--no-migrate', '--port', '0'], { ...archive.env, ...next })
  expect(early).toMatchObject({ status: 1 })
  expect(early.stderr).toContain('Run `sansfilm migrate` first')

  // It is taken while the old ones serve; they find it out of their hands, and fine.
  expect(await runCommand(['migrate'], { ...archive.env, ...next })).toMatchObject({ status: 0 })
  expect(await runCommand(['migrate', '--check'], archive.env)).toMatchObject({ status: 0 })

  // One by one.
  await one.stop()
  await one.start(next)
  await new Promise((resolve) => setTimeout(resolve, 2500)) // both side by side, the proxy has found it
  for (const { origin } of [one, other]) {
    const answer = await postParts({ root: `${origin}/dicom-web` }, dicomParts(tinyInstance()))
    expect(answer.status).toBe(200)
  }
  await other.stop()
  await other.start(next)
  await new Promise((resolve) => setTimeout(resolve, 2500))

  // And back, for the step says that the old version works with it.
  await one.stop()
  await one.start()

  const { stored, failures } = await load.stop()
  expect(failures).toEqual([])
  expect(stored).toBeGreaterThan(20)
  const counts = await Promise.all(
    [one, other].map(async ({ origin }) => {
      const response = await fetch(`${origin}/dicom-web/studies?includefield=NumberOfStudyRelatedInstances`)
      const [study] = (await response.json()) as Record<string, { Value?: unknown[] }>[] // PS3.18 §10.6.3.3.2: a list
      return study?.['00201208']?.Value?.[0]
    }),
  )
  expect(counts).toEqual([stored + 2, stored + 2])
})
