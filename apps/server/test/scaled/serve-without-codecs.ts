// The app without codecs and without a renderer, for which it has no option: `serve-without-codecs.ts serve [options]`.
import { createDicomweb } from '@sansfilm/core'
import { Command } from 'commander'
import { createApp } from '../../src/app.ts'
import { addOptions, readServerConfig } from '../../src/config.ts'
import { listen, portOf } from '../../src/listen.ts'
import { createLog } from '../../src/log.ts'
import { openArchive } from '../../src/open-archive.ts'
import { dataOptions, serverOptions } from '../../src/options.ts'
import { createReadiness } from '../../src/readiness.ts'

const command = addOptions(addOptions(new Command().argument('serve'), dataOptions), serverOptions).parse()
const config = readServerConfig(command, process.env, false)
const log = createLog(config.logLevel)
const archive = await openArchive(config, 'create')
const dicomweb = createDicomweb(archive)
const readiness = createReadiness(archive, log)
const server = await listen(createApp({ config, archive, dicomweb, log, readiness, stopping: () => false }), config)
log.info({ port: portOf(server) }, 'listening')
process.stderr.write('  DICOMweb    without codecs\n')
