/** One of the processes that an archive of many is made of. */
export interface Part {
  readonly name: string
  /** For people: where it is reached. */
  readonly address: string
  /** Resolves when it serves. Started again it has its address, and what it kept. */
  start(): Promise<void>
  /** Asks it to end, and waits until it has. */
  stop(): Promise<void>
  /** Ends it as a loss of power would. */
  kill(): Promise<void>
}
