#!/usr/bin/env node
import { keepCompiledCode } from './compiled-code.ts'

keepCompiledCode(process.env)
// Loaded here and not above, for all that is imported above is loaded before anything runs.
const { runCommandLine } = await import('./command-line.ts')
// Nothing may keep the process once its command is over: not a stalled disk, not a client.
process.exit(await runCommandLine(process.argv.slice(2), process.env))
