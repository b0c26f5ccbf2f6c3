import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import {
  type Dataset,
  numberOf,
  sopClasses,
  stringOf,
  tags,
  transferSyntaxes,
  writePart10Buffer,
} from '@sansfilm/dicom'
import { api } from 'dicomweb-client'
import { XMLHttpRequest } from 'xhr2'
import { sha256 } from './support/corpus.ts'
import { describeIf } from './support/describe-if.ts'
import { onPath } from './support/on-path.ts'
import { startTestArchive, type TestArchive } from './support/test-archive.ts'

const run = promisify(execFile)

const study = '2.25.100'
const series = '2.25.101'
const frames = 3
const frameBytes = 64 * 64
const pixels = Buffer.from(Array.from({ length: frames * frameBytes }, (_, i) => (i * 7) % 251))

/** Three instances of one series, each of three frames. */
const instances = [1, 2, 3].map((number) => {
  const uid = `2.25.102.${number}`
  return {
    uid,
    bytes: writePart10Buffer({ transferSyntax: transferSyntaxes.ExplicitVRLittleEndian, dataset: image(uid, number) }),
  }
})

/** What is used of the client. Its own typings demand options that its code has defaults for. */
interface Client {
  storeInstances(options: { datasets: readonly ArrayBuffer[] }): Promise<unknown>
  searchForStudies(options: { queryParams: object }): Promise<Dataset[]>
  searchForSeries(options: object): Promise<Dataset[]>
  searchForInstances(options: object): Promise<Dataset[]>
  retrieveStudyMetadata(options: object): Promise<Dataset[]>
  retrieveSeriesMetadata(options: object): Promise<Dataset[]>
  retrieveInstanceMetadata(options: object): Promise<Dataset[]>
  retrieveStudy(options: object): Promise<ArrayBuffer[]>
  retrieveSeries(options: object): Promise<ArrayBuffer[]>
  retrieveInstance(options: object): Promise<ArrayBuffer>
  retrieveInstanceFrames(options: object): Promise<ArrayBuffer[]>
  retrieveBulkData(options: object): Promise<ArrayBuffer[]>
}

describe('dicomweb-client (npm)', () => {
  let archive: TestArchive
  let client: Client

  beforeAll(async () => {
    Object.assign(globalThis, { XMLHttpRequest })
    archive = await startTestArchive()
    client = new (api.DICOMwebClient as unknown as new (options: object) => Client)({ url: archive.root })
    await client.storeInstances({ datasets: instances.map(({ bytes }) => arrayBufferOf(bytes)) })
  })
  afterAll(async () => {
    await archive.close()
  })

  it('finds what it stored, at every level', async () => {
    const [foundStudy = {}] = await client.searchForStudies({ queryParams: { PatientName: 'client*', limit: 5 } })
    expect(stringOf(foundStudy, tags.StudyInstanceUID)).toBe(study)
    expect(numberOf(foundStudy, tags.NumberOfStudyRelatedInstances)).toBe(3)
    const foundSeries = await client.searchForSeries({ studyInstanceUID: study })
    expect(foundSeries.map((one) => stringOf(one, tags.SeriesInstanceUID))).toEqual([series])
    const found = await client.searchForInstances({ studyInstanceUID: study, seriesInstanceUID: series })
    expect(found.map((one) => stringOf(one, tags.SOPInstanceUID))).toEqual(instances.map(({ uid }) => uid))
    expect(await client.searchForStudies({ queryParams: { PatientID: 'nobody' } })).toEqual([])
  })

  it('retrieves metadata of study, series and instance', async () => {
    const scope = { studyInstanceUID: study, seriesInstanceUID: series }
    const sopInstanceUID = '2.25.102.2'
    expect(await client.retrieveStudyMetadata(scope)).toHaveLength(3)
    expect(await client.retrieveSeriesMetadata(scope)).toHaveLength(3)
    const [metadata = {}] = await client.retrieveInstanceMetadata({ ...scope, sopInstanceUID })
    expect(stringOf(metadata, tags.SOPInstanceUID)).toBe(sopInstanceUID)
  })

  it('retrieves instances of study, series and instance as they were stored', async () => {
    const scope = { studyInstanceUID: study, seriesInstanceUID: series }
    const digests = instances.map(({ bytes }) => sha256(bytes))
    expect((await client.retrieveStudy(scope)).map(digestOf)).toEqual(digests)
    expect((await client.retrieveSeries(scope)).map(digestOf)).toEqual(digests)
    const one = await client.retrieveInstance({ ...scope, sopInstanceUID: '2.25.102.3' })
    expect(digestOf(one)).toBe(digests[2])
  })

  it('retrieves frames and bulk data', async () => {
    const target = { studyInstanceUID: study, seriesInstanceUID: series, sopInstanceUID: '2.25.102.1' }
    const retrieved = await client.retrieveInstanceFrames({ ...target, frameNumbers: [3, 1] })
    expect(retrieved.map((frame) => Buffer.from(frame))).toEqual([
      pixels.subarray(2 * frameBytes),
      pixels.subarray(0, frameBytes),
    ])
    const [metadata = {}] = await client.retrieveInstanceMetadata(target)
    const BulkDataURI = metadata[tags.PixelData]?.BulkDataURI ?? ''
    const [bulk = new ArrayBuffer()] = await client.retrieveBulkData({ BulkDataURI })
    expect(digestOf(bulk)).toBe(sha256(pixels))
  })
})

describeIf(onPath('curl'), 'curl is not installed', 'curl', () => {
  let archive: TestArchive
  let url: string
  const accept = 'application/dicom; transfer-syntax=*'

  beforeAll(async () => {
    archive = await startTestArchive()
    url = `${archive.root}/studies/${study}/series/${series}/instances/2.25.102.1`
    const body = new Uint8Array(instances[0]?.bytes ?? [])
    const { status } = await fetch(`${archive.root}/studies`, {
      method: 'POST',
      headers: { 'content-type': 'application/dicom' },
      body,
    })
    expect(status).toBe(200)
  })
  afterAll(async () => {
    await archive.close()
  })

  const curl = async (...args: readonly string[]) =>
    (await run('curl', ['-s', '-H', `Accept: ${accept}`, ...args], { encoding: 'buffer' })).stdout

  it('resumes a download with Range', async () => {
    const whole = await curl(url)
    expect(sha256(whole)).toBe(sha256(instances[0]?.bytes ?? Buffer.alloc(0)))
    const headers = (await curl('-r', '100-199', '-D', '-', '-o', '/dev/null', url)).toString()
    expect(headers).toMatch(/^HTTP\/1\.1 206/)
    expect(headers.toLowerCase()).toContain(`content-range: bytes 100-199/${whole.length}`)
    expect(await curl('-r', '100-199', url)).toEqual(whole.subarray(100, 200))
    expect(Buffer.concat([whole.subarray(0, 500), await curl('-r', '500-', url)])).toEqual(whole)
  })

  it('asks only for what changed', async () => {
    const headers = (await curl('-D', '-', '-o', '/dev/null', url)).toString()
    const etag = /etag: (.+)\r/i.exec(headers)?.[1] ?? ''
    expect(etag).toMatch(/^"/)
    const status = ['-o', '/dev/null', '-w', '%{http_code}']
    expect((await curl('-H', `If-None-Match: ${etag}`, ...status, url)).toString()).toBe('304')
    expect((await curl('-H', 'If-None-Match: "other"', ...status, url)).toString()).toBe('200')
    expect((await curl('-r', '9999999-', ...status, url)).toString()).toBe('416')
  })
})

function image(uid: string, number: number): Dataset {
  return {
    [tags.SOPClassUID]: { vr: 'UI', Value: [sopClasses.MultiFrameGrayscaleByteSecondaryCaptureImageStorage.uid] },
    [tags.SOPInstanceUID]: { vr: 'UI', Value: [uid] },
    [tags.Modality]: { vr: 'CS', Value: ['OT'] },
    [tags.PatientName]: { vr: 'PN', Value: [{ Alphabetic: 'CLIENT^Independent' }] },
    [tags.PatientID]: { vr: 'LO', Value: ['C1'] },
    [tags.StudyInstanceUID]: { vr: 'UI', Value: [study] },
    [tags.SeriesInstanceUID]: { vr: 'UI', Value: [series] },
    [tags.InstanceNumber]: { vr: 'IS', Value: [number] },
    [tags.SamplesPerPixel]: { vr: 'US', Value: [1] },
    [tags.PhotometricInterpretation]: { vr: 'CS', Value: ['MONOCHROME2'] },
    [tags.NumberOfFrames]: { vr: 'IS', Value: [frames] },
    [tags.Rows]: { vr: 'US', Value: [64] },
    [tags.Columns]: { vr: 'US', Value: [64] },
    [tags.BitsAllocated]: { vr: 'US', Value: [8] },
    [tags.BitsStored]: { vr: 'US', Value: [8] },
    [tags.HighBit]: { vr: 'US', Value: [7] },
    [tags.PixelRepresentation]: { vr: 'US', Value: [0] },
    [tags.PixelData]: { vr: 'OB', InlineBinary: pixels.toString('base64') },
  }
}

function arrayBufferOf(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer
}

function digestOf(bytes: ArrayBuffer): string {
  return sha256(new Uint8Array(bytes))
}
