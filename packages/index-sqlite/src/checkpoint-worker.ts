import { parentPort, workerData } from 'node:worker_threads'
import Database from 'better-sqlite3'

/** A thread with a connection of its own: each message asks for a checkpoint, and the answer tells that it is over. */
const db = new Database(workerData.file, { fileMustExist: true })

parentPort?.on('message', () => {
  try {
    // It holds up neither readers nor writers.
    db.pragma('wal_checkpoint(PASSIVE)')
  } catch {
    // What could not be copied is still in the log, and the next one tries again.
  }
  parentPort?.postMessage(undefined)
})
