/** Of all memory that is kept between pictures. */
const maxKeptBytes = 16 * 1024 * 1024

const lent = new WeakSet<Uint8Array>()
const idle: Uint8Array[] = []
let idleBytes = 0

/**
 * Memory for a picture, with anything in it: every pixel has to be written. It may be given back when nobody looks at it any
 * more; new memory for each picture costs page faults, and collections that take longer than to draw a slice.
 */
export function takeRaster(length: number): Uint8Array {
  const place = idle.findLastIndex((memory) => memory.length === length)
  const [memory = new Uint8Array(length)] = place === -1 ? [] : idle.splice(place, 1)
  if (place !== -1) idleBytes -= length
  lent.add(memory)
  return memory
}

/** Takes back what was taken, once; anything else is let be. */
export function reuseRaster(memory: Uint8Array): void {
  if (!lent.delete(memory)) return
  idle.push(memory)
  idleBytes += memory.length
  while (idleBytes > maxKeptBytes) idleBytes -= idle.shift()?.length ?? 0
}
