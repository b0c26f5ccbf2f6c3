import { join } from 'node:path'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { transferSyntaxes, writePart10Buffer } from '@sansfilm/dicom'
import { startArchive } from './archive-process.ts'
import { multipart, search, store } from './client.ts'
import { archiveFiles, withFolder } from './data-folder.ts'
import { requestHead, sendRaw } from './raw-connection.ts'
import type { Scenario } from './scenario.ts'
import { identifying, makeObject } from './test-object.ts'

const MiB = 1024 * 1024
const secret = 'root:'

/** A request whose answer is 4xx, soon. */
interface Bomb {
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Iterable<Uint8Array>
}

/**
 * Small requests that mean to become large, deep or slow. Of memory, most goes to metadata just below its limit of 64 MiB:
 * it is held as bytes, as text and as objects.
 */
export const bombs: Scenario<{ rounds: number; quickMs: number; memoryMebibytes: number }> = {
  name: 'bombs',
  title: 'bombs are refused quickly, each with a 4xx',
  short: { rounds: 1, quickMs: 5000, memoryMebibytes: 768 },
  long: { rounds: 20, quickMs: 5000, memoryMebibytes: 768 },
  run: ({ rounds, quickMs, memoryMebibytes }, watch) =>
    withFolder(async (folder) => {
      const data = join(folder, 'data')
      const server = await startArchive(data, watch)
      const idle = await server.residentBytes()
      const all = [
        ...headBombs(),
        ...multipartBombs(),
        ...compressedBombs(),
        ...xmlBombs(),
        ...jsonBombs(),
        ...dicomBombs(),
      ]
      const slowest = { name: '', ms: 0 }
      for (let round = 1; round <= rounds; round++) {
        for (const { name, headers, body } of all) {
          const head = requestHead('POST', '/dicom-web/studies', headers)
          const { status, text, ms, late } = await sendRaw(server.origin, paced(head, body), 4 * quickMs)
          if (late || status < 400 || status >= 500)
            watch.violated(`${name}: ${late ? 'no answer' : `status ${status}`}`)
          if (ms > quickMs) watch.violated(`${name}: answered after ${Math.round(ms)} ms`)
          if (text.includes(secret)) watch.violated(`${name}: the answer holds another file`)
          if (ms > slowest.ms) Object.assign(slowest, { name, ms })
          watch.progress(`round ${round}: ${name}: ${status} after ${Math.round(ms)} ms`)
        }
      }
      const found = (await search(server.origin, 'instances')).length
      const { objects, incoming } = await archiveFiles(data)
      if (found + objects.length + incoming.length > 0) {
        watch.violated(`left ${found} instances, ${objects.length} objects, ${incoming.length} unfinished files`)
      }
      if ((await store(server.origin, [makeObject()])).status !== 200) watch.violated('a store after all that failed')
      const grownMiB = Math.round(((await server.peakBytes()) - idle) / MiB)
      if (grownMiB > memoryMebibytes) watch.violated(`memory grew by ${grownMiB} MiB`)
      await server.stop()
      return {
        bombs: all.length,
        slowest: slowest.name,
        slowestMs: Math.round(slowest.ms),
        idleMiB: Math.round(idle / MiB),
        grownMiB,
      }
    }),
}

/**
 * The head piece by piece: what arrives after the server has refused it and closed makes TCP reset the connection, and
 * the answer may be lost with it.
 */
async function* paced(head: Uint8Array, body: Iterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const pieceLength = 8 * 1024
  for (let at = 0; at < head.length; at += pieceLength) {
    if (at > 0) await new Promise((resolve) => setTimeout(resolve, 5))
    yield head.subarray(at, at + pieceLength)
  }
  yield* body
}

function sized(name: string, type: string, body: Uint8Array, headers: Readonly<Record<string, string>> = {}): Bomb {
  return { name, headers: { 'content-type': type, 'content-length': String(body.length), ...headers }, body: [body] }
}

const dicomType = 'application/dicom'
const multipartType = (boundary: string) => `multipart/related; type="application/dicom"; boundary=${boundary}`

function headBombs(): Bomb[] {
  const fields = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`x-${n}`, '1']))
  return [
    sized('a header field of 1 MiB', dicomType, Buffer.of(1), { 'x-long': 'x'.repeat(MiB) }),
    sized('3000 header fields', dicomType, Buffer.of(1), { ...fields, 'x-long': 'x'.repeat(20_000) }),
    sized('a media type of 10,000 parameters', `application/dicom${'; a=b'.repeat(5000)}`, Buffer.of(1)),
    sized(
      'quotes that do not end',
      `multipart/related; type="application/dicom"; boundary="${'\\"'.repeat(5000)}`,
      Buffer.of(1),
    ),
    sized('Accept of 5000 ranges', 'text/plain', Buffer.of(1), { accept: 'a/b;q=0.5,'.repeat(1500) }),
    sized('Content-Encoding 1000 times', dicomType, Buffer.of(1), {
      'content-encoding': Array(1000).fill('gzip').join(),
    }),
  ]
}

function multipartBombs(): Bomb[] {
  const lookAlikes = Buffer.from('\r\n--boundar'.repeat(2 * MiB))
  const half = Buffer.from(`${'\r\n--'}${'a'.repeat(69)}`.repeat(256 * 1024))
  return [
    sized('a boundary of 10,000 characters', multipartType('b'.repeat(10_000)), Buffer.of(1)),
    sized('no boundary', 'multipart/related; type="application/dicom"', Buffer.of(1)),
    sized('8 MiB that look like delimiters', multipartType('boundary'), lookAlikes),
    sized('delimiters but for their last character', multipartType('a'.repeat(70)), half),
    sized('a part header of 8 MiB', multipartType('b'), Buffer.from(`--b\r\nX: ${'x'.repeat(8 * MiB)}`)),
    sized(
      'a part with a million header fields',
      multipartType('b'),
      Buffer.from(`--b\r\n${'a: b\r\n'.repeat(1_000_000)}`),
    ),
    sized('8 MiB of preamble', multipartType('b'), Buffer.alloc(8 * MiB, 'x')),
    sized('padding without end after a delimiter', multipartType('b'), Buffer.from(`--b${' '.repeat(8 * MiB)}`)),
  ]
}

function compressedBombs(): Bomb[] {
  const zeros = gzipSync(Buffer.alloc(256 * MiB))
  // A gzip payload may have several members: 4 GiB in 4 MiB.
  const many = Buffer.concat(Array(16).fill(zeros))
  const gzip = { 'content-encoding': 'gzip' }
  return [
    sized('4 GiB of zeros in gzip', dicomType, many, gzip),
    sized('4 GiB of zeros in gzip, as multipart', multipartType('b'), many, gzip),
    sized('4 GiB of zeros in gzip, as JSON', 'application/dicom+json', many, gzip),
    sized('gzip in gzip in gzip', dicomType, gzipSync(gzipSync(zeros)), { 'content-encoding': 'gzip, gzip, gzip' }),
    sized('what is no gzip', dicomType, Buffer.alloc(1000, 'x'), gzip),
  ]
}

function metadataPayload(type: string, name: string, body: Buffer): Bomb[] {
  const { headers, body: whole } = multipart(type, [{ headers: { 'Content-Type': type }, body }])
  return [sized(name, type, body), sized(`${name}, as multipart`, headers['content-type'] ?? type, whole)]
}

function xmlBombs(): Bomb[] {
  const xml = (name: string, text: string) =>
    metadataPayload('application/dicom+xml', `XML: ${name}`, Buffer.from(text))
  const laughs = Array.from({ length: 10 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('')
  const named = (value: string) =>
    `<NativeDicomModel><DicomAttribute tag="00100020" vr="LO"><Value number="1">${value}</Value></DicomAttribute></NativeDicomModel>`
  return [
    ...xml('a billion laughs', `<!DOCTYPE x [<!ENTITY l0 "lol">${laughs}]>${named('&l10;')}`),
    ...xml('an external entity', `<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>${named('&f;')}`),
    ...xml('an external DTD', `<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">${named('1')}`),
    ...xml('100,000 elements deep', '<NativeDicomModel>'.repeat(100_000)),
    ...xml(
      'items 5,000 deep',
      `<NativeDicomModel>${'<DicomAttribute tag="00081140" vr="SQ"><Item number="1">'.repeat(5000)}`,
    ),
    ...xml('an attribute of 8 MiB', `<NativeDicomModel a="${'x'.repeat(8 * MiB)}`),
    ...xml('70 MiB', `<NativeDicomModel>${' '.repeat(70 * MiB)}</NativeDicomModel>`),
  ]
}

function jsonBombs(): Bomb[] {
  const json = (name: string, text: string) =>
    metadataPayload('application/dicom+json', `JSON: ${name}`, Buffer.from(text))
  const nested = (depth: number) => `${'{"00081140":{"vr":"SQ","Value":['.repeat(depth)}{}${']}}'.repeat(depth)}`
  return [
    ...json('1,000,000 arrays deep', '['.repeat(1_000_000)),
    ...json('1,000,000 arrays deep, and closed', '['.repeat(1_000_000) + ']'.repeat(1_000_000)),
    ...json('sequences 50,000 deep', `[${nested(50_000)}]`),
    ...json('sequences 200 deep', `[${nested(200)}]`),
    ...json('a number of 1,000,000 digits', `[{"00280010":{"vr":"US","Value":[${'9'.repeat(1_000_000)}]}}]`),
    ...json('a million keys', `[{${Array.from({ length: 1_000_000 }, (_, n) => `"${n}":1`).join()}}]`),
    ...json('__proto__', '[{"__proto__":{"vr":"UI","Value":["1.2"]},"constructor":{"vr":"UI"}}]'),
    ...json('70 MiB', `[${' '.repeat(70 * MiB)}]`),
    ...json('200,000 data sets', `[${Array(200_000).fill('{}').join()}]`),
  ]
}

function dicomBombs(): Bomb[] {
  const object = makeObject()
  const prefix = (syntax: keyof typeof transferSyntaxes) =>
    writePart10Buffer({ transferSyntax: transferSyntaxes[syntax], dataset: identifying(object) })
  const explicit = prefix('ExplicitVRLittleEndian')
  const deflated = prefix('DeflatedExplicitVRLittleEndian')
  // (0002,0000) says how much of the file comes before the data set.
  const head = deflated.subarray(0, 144 + deflated.readUInt32LE(140))
  const sequence = Buffer.from('feff00e0ffffffff0800401153510000ffffffff', 'hex')
  const privateSequence = Buffer.from('31000110535100 00ffffffff'.replaceAll(' ', ''), 'hex')
  const dicom = (name: string, body: Buffer) => sized(`DICOM: ${name}`, dicomType, body)
  return [
    dicom('deflated zeros', Buffer.concat([head, deflateRawSync(Buffer.alloc(256 * MiB))])),
    dicom('sequences 100,000 deep', Buffer.concat([explicit, privateSequence, ...Array(100_000).fill(sequence)])),
    dicom(
      'an element of 4 GiB in 1 KiB',
      Buffer.concat([explicit, Buffer.from('e07f10004f570000feffffff', 'hex'), Buffer.alloc(1024)]),
    ),
    dicom(
      'a private element of 4 GiB',
      Buffer.concat([explicit, Buffer.from('310010104f420000feffffff', 'hex'), Buffer.alloc(1024)]),
    ),
    dicom(
      'a text of 64 MiB that is cut',
      Buffer.concat([explicit, Buffer.from('3100101055540000feffff7f', 'hex'), Buffer.alloc(64 * MiB, 'x')]),
    ),
  ]
}
