import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { RunError } from './toolchain.mjs'

/**
 * Runs a program of the toolchain to its end, passes signals on to it, and resolves to its exit status as a shell
 * would give it.
 * @param cwd by default the folder the person is in, which npm hands down as INIT_CWD
 */
export function runChild(command, args, env, cwd = process.env.INIT_CWD ?? process.cwd()) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env,
      stdio: 'inherit',
      shell: process.platform === 'win32',
    })
    const forward = (signal) => {
      // At a terminal, Ctrl-C has reached the child already.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, forward)
    const watch = watchParent(() => child.kill('SIGTERM'))
    child.on('error', (error) => reject(new RunError(`${command} could not be started: ${error.message}`)))
    child.on('exit', (status, signal) => {
      clearInterval(watch)
      resolve(status ?? 128 + (constants.signals[signal] ?? 1))
    })
  })
}

/**
 * A signal that reaches npm alone ends npm and nobody else; the shell between npm and us dies without a word.
 * Then our parent changes, and the program must not stay behind.
 */
function watchParent(onGone) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return undefined
  const parent = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(watch)
    onGone()
  }, 500)
  return watch
}
