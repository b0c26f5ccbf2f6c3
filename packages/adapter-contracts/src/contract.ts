/** One thing that every adapter does alike. `run` gets a fresh adapter, and rejects where the adapter differs. */
export interface ContractCase<Adapter> {
  /** What the adapter does, as a sentence without its subject: `get rejects not-found before the first byte`. */
  readonly name: string
  run(adapter: Adapter): Promise<void>
}

/**
 * What an adapter promises beyond its types, as data: any test runner can run it.
 * @example for (const { name, run } of instanceIndexContract) test(name, async () => run(await create()))
 */
export type Contract<Adapter> = readonly ContractCase<Adapter>[]
