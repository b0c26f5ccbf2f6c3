import { getRequest, storeRequest } from './dicomweb-requests.ts'
import type { Archive } from './server.ts'
import type { startProcess } from './server-process.ts'

/** An archive in a process of its own, reached by DICOMweb at `root`. */
export function dicomwebArchive(
  place: Pick<Archive, 'name' | 'port' | 'folder'>,
  root: string,
  child: Awaited<ReturnType<typeof startProcess>>,
): Archive {
  return {
    ...place,
    get pid() {
      return child.pid
    },
    request: (get) => getRequest(root, get),
    store: (files) => storeRequest(root, files),
    restart: child.restart,
    stop: child.stop,
  }
}
