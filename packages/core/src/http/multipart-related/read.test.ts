import { describe, expect, test } from '@jest/globals'
import { readMultipart } from './read.ts'

const limits = { maxParts: 100, maxHeaderBytes: 1000 }

/** Chunks of `size`, each in the same memory as the one before: whoever keeps a chunk reads nonsense. */
async function* inChunks(bytes: Buffer, size: number, memory = Buffer.alloc(size)): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) {
    const end = Math.min(start + size, bytes.length)
    bytes.copy(memory, 0, start, end)
    yield memory.subarray(0, end - start)
    memory.fill(0x2d)
  }
}

async function* cutAt(bytes: Buffer, ...cuts: number[]): AsyncIterable<Uint8Array> {
  let start = 0
  for (const cut of [...cuts, bytes.length]) {
    yield bytes.subarray(start, cut)
    start = cut
  }
}

async function bytesOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks)
}

async function readParts(source: AsyncIterable<Uint8Array>, boundary = 'B', given = limits) {
  const parts: { headers: Readonly<Record<string, string>>; body: string }[] = []
  for await (const part of readMultipart(source, boundary, given))
    parts.push({ headers: part.headers, body: (await bytesOf(part.body)).toString('latin1') })
  return parts
}

const body = (text: string): Buffer => Buffer.from(text, 'latin1')

const awkward = body(
  'preamble --B\r\n--B \t\r\nContent-Type: application/dicom\r\nX: 1\r\n\r\n' +
    'data\r\n--Blook-alike\r\r\n--\r\n--B--look-alike\r\n--B\rx\r\n\r\n' +
    '\r\n--B\r\n\r\n\r\n--B\r\nY: 2\r\n\r\n--B--  \r\nepilogue\r\n--B\r\n',
)
const awkwardParts = [
  {
    headers: { 'content-type': 'application/dicom', x: '1' },
    body: 'data\r\n--Blook-alike\r\r\n--\r\n--B--look-alike\r\n--B\rx\r\n\r\n',
  },
  { headers: {}, body: '' },
  { headers: { y: '2' }, body: '' },
]

describe('readMultipart', () => {
  test('finds the same parts wherever the body is cut into chunks', async () => {
    for (let cut = 0; cut <= awkward.length; cut++) expect(await readParts(cutAt(awkward, cut))).toEqual(awkwardParts)
    for (let size = 1; size < 40; size++) expect(await readParts(inChunks(awkward, size))).toEqual(awkwardParts)
  })

  test('gives back random binary parts from random chunks', async () => {
    let state = 1
    const random = (below: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      return (state >>> 8) % below
    }
    const bytes = body('\r\n-B x')
    for (let round = 0; round < 300; round++) {
      const parts = Array.from({ length: random(4) }, () =>
        body(Array.from({ length: random(60) }, () => String.fromCharCode(bytes[random(bytes.length)] ?? 0)).join('')),
      )
      // The one thing that a part must not hold.
      if (parts.some((part) => /\r\n--Bx(--)?[ \t]*\r?\n/.test(`\r\n${part.toString('latin1')}\r\n`))) continue
      const whole = Buffer.concat([
        ...parts.flatMap((part) => [body('\r\n--Bx\r\nN: 1\r\n\r\n'), part]),
        body('\r\n--Bx--'),
      ])
      const read = await readParts(inChunks(whole, 1 + random(50)), 'Bx')
      expect(read.map((part) => part.body)).toEqual(parts.map((part) => part.toString('latin1')))
    }
  })

  test.each([
    ['no line end before the first delimiter', '--B\r\n\r\nx\r\n--B--'],
    ['line end before the first delimiter', '\r\n--B\r\n\r\nx\r\n--B--\r\n'],
    ['padding after delimiters', '--B   \r\n\r\nx\r\n--B--\t \r\n'],
    ['header lines that end in LF', '--B\nA: 1\n\nx\r\n--B--'],
  ])('reads a body with %s', async (_, text) => {
    expect((await readParts(cutAt(body(text)))).map((part) => part.body)).toEqual(['x'])
  })

  test.each(["a'()+_,-./:=? b", 'quoted "and" \\ so', '-', '--', 'x'.repeat(70)])(
    'reads with the boundary %s',
    async (boundary) => {
      const text = `--${boundary}\r\n\r\nx\r\n--${boundary}--\r\n`
      for (let size = 1; size < 8; size++)
        expect((await readParts(inChunks(body(text), size), boundary)).map((part) => part.body)).toEqual(['x'])
    },
  )

  test('merges repeated header fields, joins folded ones, and takes names that objects have', async () => {
    const [part] = await readParts(cutAt(body('--B\r\nA: 1\r\na : 2\r\nF: x\r\n  y\r\n__proto__: z\r\n\r\n--B--')))
    expect(Object.entries(part?.headers ?? {})).toEqual([
      ['a', '1, 2'],
      ['f', 'x y'],
      ['__proto__', 'z'],
    ])
  })

  test('skips what a reader leaves of a part', async () => {
    const seen: string[] = []
    for await (const part of readMultipart(inChunks(awkward, 3), 'B', limits)) {
      seen.push(part.headers['content-type'] ?? '-')
      for await (const _ of part.body) break
    }
    expect(seen).toEqual(['application/dicom', '-', '-'])
  })

  test('does not let a part be read after the next was pulled', async () => {
    const parts = readMultipart(cutAt(awkward), 'B', limits)[Symbol.asyncIterator]()
    const first = (await parts.next()).value
    await parts.next()
    await expect(bytesOf(first.body)).rejects.toThrow('after the next part')
  })

  test.each([
    ['--B\r\n\r\nx', 'within part 1'],
    ['--B\r\n\r\nx\r\n--B', 'within part 1'],
    ['--B\r\n\r\nx\r\n--B-', 'within part 1'],
    ['--B\r\n\r\nx\r\n--B\r\nA: 1\r\n', 'within part 2'],
    ['--other\r\n\r\nx\r\n--other--', 'no delimiter'],
    ['', 'no delimiter'],
    ['--B\r\nno header\r\n\r\nx\r\n--B--', 'Part 1 has a header line'],
    [`--B\r\nA: ${'x'.repeat(2000)}`, 'longer than 1000 bytes'],
    [`--B\r\n${'A: 1\r\n'.repeat(300)}\r\n`, 'longer than 1000 bytes'],
  ])('refuses body %#', async (text, message) => {
    for (const size of [1, 7, 100_000])
      await expect(readParts(inChunks(body(text), size))).rejects.toMatchObject({
        code: 'bad-request',
        message: expect.stringContaining(message),
      })
  })

  test('counts parts', async () => {
    const text = `${'--B\r\n\r\n\r\n'.repeat(3)}--B--`
    expect(await readParts(cutAt(body(text)), 'B', { ...limits, maxParts: 3 })).toHaveLength(3)
    await expect(readParts(cutAt(body(text)), 'B', { ...limits, maxParts: 2 })).rejects.toMatchObject({
      code: 'payload-too-large',
    })
  })

  test('passes slices of the chunks on, without copying', async () => {
    const data = Buffer.alloc(1000, 7)
    const chunks = [body('--B\r\n\r\nx'), data, data, body('\r\n--B--')]
    const seen: Uint8Array[] = []
    async function* source() {
      yield* chunks
    }
    for await (const part of readMultipart(source(), 'B', limits)) for await (const each of part.body) seen.push(each)
    expect(seen.slice(1).map((each) => [each.buffer === data.buffer, each.byteOffset, each.length])).toEqual([
      [true, data.byteOffset, data.length],
      [true, data.byteOffset, data.length],
    ])
  })

  test('releases the source when its reader stops, and passes on the error of the source', async () => {
    let released = false
    async function* source() {
      try {
        yield awkward
      } finally {
        released = true
      }
    }
    for await (const _ of readMultipart(source(), 'B', limits)) break
    expect(released).toBe(true)

    const gone = new Error('gone')
    async function* broken() {
      yield body('--B\r\n\r\nx')
      throw gone
    }
    await expect(readParts(broken())).rejects.toBe(gone)
  })
})
