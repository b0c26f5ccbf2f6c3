import { startProcesses } from '../scaled/server-group.ts'
import { isScaled } from '../scaled/shared-places.ts'
import { startServer } from './server-process.ts'

/** The app, whatever it is made of. */
export interface RunningApp {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string
  close(): Promise<unknown>
}

/** Starts the app on a new archive: one process on files and SQLite; in the scaled set-up, three over what they share. */
export async function startApp(args: readonly string[] = []): Promise<RunningApp> {
  if (isScaled) return startProcesses(args)
  const server = await startServer(args)
  return { origin: server.origin, close: () => server.stop('SIGKILL') }
}
