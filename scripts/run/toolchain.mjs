import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of the checkout. */
export const root = fileURLToPath(new URL('../../', import.meta.url))

const windows = process.platform === 'win32'
const memory = join(root, 'node_modules', '.sansfilm')
const rememberedToolchain = join(memory, 'toolchain.json')
const installedStamp = join(memory, 'installed')

/** A problem that the person at the keyboard can do something about: printed without a stack. */
export class RunError extends Error {}

/** Says what is going on. On standard error, so that the output of a command stays clean. */
export function say(text) {
  process.stderr.write(`${text}\n`)
}

/**
 * Makes the pinned Node and pnpm ready and returns an environment that finds them first. Both come from npm, into its
 * own cache; where they lie is remembered, because asking npx costs more than a second even when nothing is to do.
 */
export function prepareToolchain() {
  const pinned = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).toolchain
  const folder = rememberedFolder(pinned) ?? fetchToolchain(pinned)
  const names = Object.keys(process.env).filter((name) => name.toUpperCase() !== 'PATH')
  return {
    ...Object.fromEntries(names.map((name) => [name, process.env[name]])),
    PATH: `${folder}${delimiter}${process.env.PATH ?? ''}`,
  }
}

/** Installs the dependencies when the lockfile is not the one installed last. */
export function installDependencies(env) {
  const stamp = createHash('sha256')
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', '.pnpmfile.cjs'])
    stamp.update(readFileSync(join(root, file)))
  const wanted = stamp.digest('hex')
  if (existsSync(installedStamp) && readFileSync(installedStamp, 'utf8') === wanted) return
  say('Installing the dependencies (the first time up to a minute: about 100 MB, most of it the OHIF viewer) ...')
  const started = Date.now()
  const { status, error } = spawnSync('pnpm', ['install', '--frozen-lockfile', '--reporter=append-only'], {
    cwd: root,
    // CI=true: pnpm must never stop to ask.
    env: { ...env, CI: 'true' },
    stdio: ['ignore', 2, 2],
    shell: windows,
  })
  if (error !== undefined || status !== 0) {
    throw new RunError(
      `The dependencies could not be installed (pnpm install ended with ${error?.message ?? `status ${status}`}). ` +
        'The reason stands above. Without a network connection to the npm registry this cannot work; ' +
        'behind a proxy set HTTPS_PROXY, and NODE_EXTRA_CA_CERTS if it inspects TLS.',
    )
  }
  mkdirSync(memory, { recursive: true })
  writeFileSync(installedStamp, wanted)
  say(`Dependencies installed in ${seconds(started)}.`)
}

function rememberedFolder(pinned) {
  if (!existsSync(rememberedToolchain)) return undefined
  try {
    const { node, pnpm, folder } = JSON.parse(readFileSync(rememberedToolchain, 'utf8'))
    const same = node === pinned.node && pnpm === pinned.pnpm
    // npm's cache may have been cleared since.
    return same && existsSync(join(folder, windows ? 'pnpm.cmd' : 'pnpm')) && existsSync(nodeIn(folder))
      ? folder
      : undefined
  } catch {
    return undefined
  }
}

function fetchToolchain(pinned) {
  say(
    `Getting Node ${pinned.node} and pnpm ${pinned.pnpm} from npm (only the first time; about 60 MB, some 10 seconds) ...`,
  )
  const started = Date.now()
  const script = 'process.env.PATH.split(path.delimiter)[0]'
  const packages = ['-p', `node@${pinned.node}`, '-p', `pnpm@${pinned.pnpm}`]
  const npx = spawnSync('npx', ['-y', ...packages, 'node', '-p', windows ? `"${script}"` : script], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    shell: windows,
  })
  const folder = npx.stdout?.trim().split(/\r?\n/).at(-1) ?? ''
  if (npx.error !== undefined || npx.status !== 0 || !existsSync(nodeIn(folder))) {
    const reason =
      npx.error?.code === 'ENOENT' ? 'there is no npx on the PATH: it comes with Node' : plainLines(npx.stderr)
    throw new RunError(
      `Node ${pinned.node} and pnpm ${pinned.pnpm} could not be fetched from npm:\n\n${reason || npx.error?.message || 'npx failed'}\n\n` +
        'This is needed once, and needs a network connection to the npm registry (see `npm config get registry`).',
    )
  }
  mkdirSync(memory, { recursive: true })
  writeFileSync(rememberedToolchain, JSON.stringify({ ...pinned, folder }))
  say(`Toolchain ready in ${seconds(started)}.`)
  return folder
}

/** What npm says without the stack and the members of its error object. */
function plainLines(output = '') {
  const lines = output.split('\n').filter((line) => !/^npm error( {2,}| ?[{}]|$)/.test(line))
  return lines.join('\n').trim()
}

function nodeIn(folder) {
  return join(folder, windows ? 'node.cmd' : 'node')
}

function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`
}
