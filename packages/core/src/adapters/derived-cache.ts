/**
 * Keeps what was made of stored instances and can be made again: rendered images, transcoded frames. Losing an entry costs
 * time alone, so nothing here has to be durable; yet an entry is whole or absent, never half.
 */
export interface DerivedCache {
  /**
   * @param key lower-case letters, digits and hyphens; the same key always stands for the same bytes. It ends with what they
   * are: `-rendered`, `-transcoded`, `-document`.
   */
  get(key: string): Promise<Uint8Array | undefined>
  /** Keeps the bytes, which may push out others, or does not. Rejects for nothing: a cache that fails keeps nothing. */
  put(key: string, bytes: Uint8Array): Promise<void>
}
