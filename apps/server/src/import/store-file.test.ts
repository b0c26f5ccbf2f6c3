import { buffer } from 'node:stream/consumers'
import { expect, test } from '@jest/globals'
import type { Verdict } from './file-outcome.ts'
import { storeFile } from './store-file.ts'
import { TargetError } from './store-target.ts'
import { UnreadableError } from './unreadable-error.ts'

const part10 = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM and the rest')])

/** Stores a file given in chunks; tells the verdict, what the target got, and whether the source was let go. */
async function store(name: string, chunks: readonly Uint8Array[]) {
  let received: Buffer | undefined
  let released = false
  async function* open() {
    try {
      yield* chunks
    } finally {
      released = true
    }
  }
  const verdict = await storeFile(
    { name, open },
    {
      async store(bytes): Promise<Verdict> {
        received = await buffer(bytes())
        return { status: 'stored' }
      },
    },
  )
  return { verdict, received, released }
}

test('hands over every byte of what begins like a DICOM file, in chunks of any size', async () => {
  const chunks = [...part10].map((byte) => Uint8Array.of(byte))
  expect(await store('a', chunks)).toEqual({ verdict: { status: 'stored' }, received: part10, released: true })
})

test.each([
  ['empty', '', 'The file is empty'],
  ['text', 'hello', 'Not a DICOM file: the letters DICM are missing after the first 128 bytes'],
  ['a picture', '\xff\xd8\xff\xe0', 'Not a DICOM file: this is a JPEG image'],
  ['a zip', 'PK\x03\x04', 'A zip inside a zip is not opened'],
])('refuses %s without asking the target', async (name, bytes, reason) => {
  const result = await store(name, [Buffer.from(bytes, 'latin1')])
  expect(result).toEqual({ verdict: { status: 'refused', reason }, received: undefined, released: true })
})

test.each(['disc/DICOMDIR', '__MACOSX/disc/._1', 'a\\Thumbs.db', '.DS_Store'])('skips %s', async (name) => {
  const { verdict, received } = await store(name, [part10])
  expect(verdict.status).toBe('skipped')
  expect(received).toBeUndefined()
})

test('lets go of a file that the target refuses unread', async () => {
  let released = false
  async function* open() {
    try {
      yield part10
    } finally {
      released = true
    }
  }
  await storeFile({ name: 'a', open }, { store: async () => ({ status: 'refused' }) })
  expect(released).toBe(true)
})

test('a file that cannot be read is a verdict on the file; a target that cannot go on is not', async () => {
  const unreadable = {
    name: 'a',
    async *open(): AsyncGenerator<Uint8Array> {
      yield part10
      throw new UnreadableError('The file in the zip is damaged')
    },
  }
  const reads = {
    store: async (bytes: () => AsyncIterable<Uint8Array>) => void (await buffer(bytes())) as never,
  }
  expect(await storeFile(unreadable, reads)).toEqual({ status: 'refused', reason: 'The file in the zip is damaged' })
  const fails = { store: () => Promise.reject(new TargetError('gone')) }
  await expect(storeFile({ ...unreadable }, fails)).rejects.toThrow(TargetError)
})
