/** Does what a broken codec may do: never end, leave, or take all memory. */
export default async function misbehave({ kind }: { readonly kind: string }): Promise<unknown> {
  switch (kind) {
    case 'spin':
      for (;;);
    case 'exit':
      return process.exit(3)
    case 'hoard': {
      const held: number[][] = []
      for (;;) held.push(new Array<number>(1e6).fill(held.length))
    }
    case 'bug':
      throw new TypeError('nobody foresaw this')
    default:
      return { result: { mediaType: 'text/plain', bytes: new Uint8Array(1) } }
  }
}
