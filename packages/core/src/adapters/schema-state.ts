/** How far the tables of an index have come. */
export interface SchemaState {
  /** Steps taken; 0 where there are no tables yet. */
  readonly taken: number
  /** Steps that this version knows. Where fewer are taken, the rest is due. */
  readonly known: number
}
