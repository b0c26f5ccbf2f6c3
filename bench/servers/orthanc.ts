import { spawnSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { dicomwebArchive } from './dicomweb-archive.ts'
import { type Archive, MissingServerError } from './server.ts'
import { freePort, startProcess } from './server-process.ts'

const root = '/dicom-web'
const pluginName = 'libOrthancDicomWeb.so'
const pluginFolders = ['/usr/share/orthanc/plugins', '/usr/lib/orthanc', '/usr/local/share/orthanc/plugins']

/** Where Orthanc is: by default where Debian's packages put it. */
export interface OrthancProgram {
  readonly command: string
  readonly plugin?: string | undefined
}

/** Versions of Orthanc and of its DICOMweb plugin. @throws MissingServerError with the reason */
export async function findOrthanc({ command, plugin }: OrthancProgram): Promise<{ plugin: string; version: string }> {
  const asked = spawnSync(command, ['--version'], { encoding: 'utf8' })
  if (asked.error !== undefined) {
    throw new MissingServerError('Orthanc is not installed (apt-get install orthanc orthanc-dicomweb)')
  }
  const found = plugin ?? pluginFolders.map((folder) => join(folder, pluginName)).find(existsSync)
  if (found === undefined || !existsSync(found)) throw new MissingServerError(`Orthanc has no plugin ${pluginName}`)
  await lookup(hostname()).catch(() => {
    throw new MissingServerError('the host name cannot be resolved: some of its searches would wait for DNS')
  })
  const version = /Orthanc (\S+)/.exec(asked.stdout)?.[1] ?? ''
  return { plugin: found, version: `Orthanc ${version}, DICOMweb ${pluginVersion(found)}` }
}

/** Orthanc on an empty archive: fsync on, nothing compressed, metadata kept in full, as fast as its options allow. */
export async function startOrthanc(folder: string, program: OrthancProgram): Promise<Archive> {
  const { plugin } = await findOrthanc(program)
  const port = await freePort()
  await mkdir(folder, { recursive: true })
  const config = join(folder, 'orthanc.json')
  await writeFile(config, JSON.stringify(configuration(folder, port, plugin), null, 2))
  const probe = `${root}/studies?limit=1`
  const child = await startProcess({ command: program.command, args: [config], port, probe })
  return dicomwebArchive({ name: 'orthanc', port, folder }, root, child)
}

function configuration(folder: string, port: number, plugin: string): object {
  return {
    Name: 'bench',
    StorageDirectory: join(folder, 'data'),
    IndexDirectory: join(folder, 'data'),
    StorageCompression: false,
    SyncStorageArea: true,
    HttpPort: port,
    HttpThreadsCount: 50,
    HttpCompressionEnabled: true,
    KeepAlive: true,
    TcpNoDelay: true,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomServerEnabled: false,
    LimitFindInstances: 0,
    LimitFindResults: 0,
    Plugins: [plugin],
    DicomWeb: {
      Enable: true,
      Root: `${root}/`,
      StudiesMetadata: 'Full',
      SeriesMetadata: 'Full',
      EnableMetadataCache: true,
    },
  }
}

/** As the file that the plugin's link leads to ends in its name. */
function pluginVersion(plugin: string): string {
  const suffix = /\.so\.([\d.]+)$/.exec(realpathSync(plugin))?.[1]
  if (suffix !== undefined) return suffix
  const beside = readdirSync(dirname(plugin)).find((name) => name.startsWith(`${pluginName}.`))
  return beside?.slice(pluginName.length + 1) ?? 'of unknown version'
}
