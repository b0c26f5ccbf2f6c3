import { expect, test } from '@jest/globals'
import { sopClasses, tags, transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import type { Verdict } from './file-outcome.ts'
import type { MeasuredFile } from './source-file.ts'
import type { Finding } from './store-file.ts'
import { storeTogether } from './store-together.ts'
import { UnreadableError } from './unreadable-error.ts'

/** An instance whose last element is text. */
function part10(rest: string, instance = `2.25.${rest.charCodeAt(0)}`): Buffer {
  const comment = { [tags.ImageComments]: { vr: 'LT' as const, Value: [rest] } }
  return Buffer.from(
    writePart10Buffer({
      transferSyntax: transferSyntaxes.ExplicitVRLittleEndian,
      dataset: {
        [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.RawDataStorage.uid] },
        [tags.SOPInstanceUID]: { vr: 'UI', Value: [instance] },
        ...comment,
      },
    }),
  )
}

function file(name: string, bytes: Buffer, length = bytes.length): MeasuredFile {
  return {
    name,
    length,
    async *open() {
      yield bytes
    },
    readInto: async (memory) => bytes.copy(memory),
  }
}

/** A target that knows nothing of those whose last letter is `?`, and what it was asked. */
async function run(...files: MeasuredFile[]) {
  const asked: string[] = []
  const last = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1').split('LT').at(-1)?.slice(2).trim() ?? ''
  const found: [string, Finding][] = []
  await storeTogether(
    files,
    {
      async store(bytes): Promise<Verdict> {
        for await (const chunk of bytes()) asked.push(`alone: ${last(chunk)}`)
        return { status: 'stored' }
      },
      async storeTogether(objects) {
        asked.push(`together: ${objects.map(({ bytes }) => last(bytes)).join()}`)
        return objects.map(({ bytes }) => (last(bytes).endsWith('?') ? undefined : { status: 'already-stored' }))
      },
    },
    Buffer.alloc(10_000),
    ({ name }, finding) => found.push([name, finding]),
  )
  return { asked, found: Object.fromEntries(found), count: found.length }
}

test('stores what can be sent in one go, and alone what the answer does not tell of', async () => {
  const { asked, found, count } = await run(file('a', part10('a')), file('b', part10('b?')), file('c', part10('c')))
  expect(asked).toEqual(['together: a,b?,c', 'alone: b?'])
  expect(found).toEqual({ a: { status: 'already-stored' }, b: { status: 'stored' }, c: { status: 'already-stored' } })
  expect(count).toBe(3)
})

test('what is no DICOM file, cannot be read or is a zip is not sent, and keeps nobody back', async () => {
  const unreadable = { ...file('u', part10('u')), readInto: () => Promise.reject(new UnreadableError('gone')) }
  const { asked, found } = await run(
    file('a', part10('a')),
    file('b', Buffer.from('PK\x03\x04')),
    unreadable,
    file('DICOMDIR', part10('d')),
    file('e', Buffer.alloc(0)),
    file('f', part10('f')),
  )
  expect(asked).toEqual(['together: a,f'])
  expect(found).toMatchObject({
    b: 'zip',
    u: { status: 'refused', reason: 'gone' },
    DICOMDIR: { status: 'skipped' },
    e: { status: 'refused', reason: 'The file is empty' },
    f: { status: 'already-stored' },
  })
})

test('a file that has grown goes alone, as a single one does; one that has shrunk is sent as it is', async () => {
  const grown = file('g', part10('grown since'), 200)
  const { asked } = await run(grown, file('a', part10('a'), 1000), file('b', part10('b')))
  expect(asked).toEqual(['together: a,b', 'alone: grown since'])
  expect((await run(file('a', part10('a')))).asked).toEqual(['alone: a'])
})

test('of one instance only the first goes together with others', async () => {
  const { asked, found } = await run(
    file('a', part10('a')),
    file('b', part10('b')),
    file('again', part10('again', '2.25.97')),
    file('unnamed', Buffer.concat([Buffer.alloc(128), Buffer.from('DICM and LT  nothing')])),
  )
  expect(asked).toEqual(['together: a,b', 'alone: again', 'alone: nothing'])
  expect(Object.keys(found)).toHaveLength(4)
})
