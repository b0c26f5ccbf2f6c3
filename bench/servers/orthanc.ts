import { spawnSync } from 'node:child_process'
import { lookup } from 'node:dns/promises'
import { existsSync, readdirSync, realpathSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { dicomwebArchive } from './dicomweb-archive.ts'
import { type Archive, MissingServerError } from './server.ts'
import { freePort, startProcess } from './server-process.ts'

const root = '/dicom-web'
const pluginName = 'libOrthancDicomWeb.so'
/** Decodes JPEG 2000 and more; loaded where it lies beside the other. */
const decoderName = 'libOrthancGdcm.so'
const pluginFolders = ['/usr/share/orthanc/plugins', '/usr/lib/orthanc', '/usr/local/share/orthanc/plugins']

/** Where Orthanc is: by default where Debian's packages put it. */
export interface OrthancProgram {
  readonly command: string
  readonly plugin?: string | undefined
}

interface FoundOrthanc {
  readonly plugins: readonly string[]
  /** Of Orthanc and of its plugins. */
  readonly version: string
}

/** Versions of Orthanc and of its DICOMweb plugin. @throws MissingServerError with the reason */
export async function findOrthanc({ command, plugin }: OrthancProgram): Promise<FoundOrthanc> {
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
  const decoder = join(dirname(found), decoderName)
  const plugins = [found, ...(existsSync(decoder) ? [decoder] : [])]
  const described = plugins.map((path) => `${path === found ? 'DICOMweb' : 'GDCM'} ${pluginVersion(path)}`)
  return { plugins, version: [`Orthanc ${version}`, ...described].join(', ') }
}

/** Orthanc on an empty archive: fsync on, nothing compressed, metadata kept in full, as fast as its options allow. */
export async function startOrthanc(folder: string, program: OrthancProgram): Promise<Archive> {
  const { plugins } = await findOrthanc(program)
  const port = await freePort()
  await mkdir(folder, { recursive: true })
  const config = join(folder, 'orthanc.json')
  await writeFile(config, JSON.stringify(configuration(folder, port, plugins), null, 2))
  const probe = `${root}/studies?limit=1`
  const child = await startProcess({ command: program.command, args: [config], port, probe })
  return dicomwebArchive({ name: 'orthanc', port, folder }, root, child)
}

function configuration(folder: string, port: number, plugins: readonly string[]): object {
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
    // Seconds; by default it closes a connection that waits for one, and a request that is just sent is lost.
    KeepAliveTimeout: 60,
    TcpNoDelay: true,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomServerEnabled: false,
    LimitFindInstances: 0,
    LimitFindResults: 0,
    Plugins: plugins,
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
  const name = basename(plugin)
  const beside = readdirSync(dirname(plugin)).find((each) => each.startsWith(`${name}.`))
  return beside?.slice(name.length + 1) ?? 'of unknown version'
}
