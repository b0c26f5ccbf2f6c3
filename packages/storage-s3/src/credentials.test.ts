import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import type { S3StorageOptions } from './options.ts'
import { s3Storage } from './s3-storage.ts'
import { type FaultyNetwork, startFaultyNetwork } from './testing/faulty-network.ts'

const variables = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_REGION']
const before = { ...process.env }

let folder: string
let network: FaultyNetwork
let signed: { readonly authorization: string; readonly token: string | undefined }

beforeEach(async () => {
  for (const name of variables) delete process.env[name]
  folder = await mkdtemp(join(tmpdir(), 'sansfilm-test-'))
  process.env.AWS_EC2_METADATA_DISABLED = 'true'
  process.env.AWS_CONFIG_FILE = join(folder, 'config')
  process.env.AWS_SHARED_CREDENTIALS_FILE = join(folder, 'credentials')
  network = await startFaultyNetwork('http://127.0.0.1:9') // nothing is passed on
  network.fault = ({ headers }) => {
    signed = { authorization: headers.authorization ?? '', token: headers['x-amz-security-token']?.toString() }
    return { answer: 404, code: 'NoSuchKey' }
  }
})
afterEach(async () => {
  process.env = { ...before }
  await network.close()
  await rm(folder, { recursive: true })
})

async function signatureOf(options: Partial<S3StorageOptions> = {}): Promise<typeof signed> {
  const storage = s3Storage({ endpoint: network.endpoint, bucket: 'images', ...options })
  await expect(storage.get('a/b')).rejects.toMatchObject({ code: 'not-found' })
  await storage.close()
  return signed
}

test('are those that were given, for a region', async () => {
  const credentials = { accessKeyId: 'GIVEN', secretAccessKey: 'hush', sessionToken: 'token' }
  const { authorization, token } = await signatureOf({ credentials, region: 'eu-central-1' })
  expect(authorization).toMatch(/Credential=GIVEN\/\d{8}\/eu-central-1\/s3\//)
  expect(token).toBe('token')
})

test('come from the environment', async () => {
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'FROMENV', AWS_SECRET_ACCESS_KEY: 'hush', AWS_REGION: 'eu-west-1' })
  expect((await signatureOf()).authorization).toMatch(/Credential=FROMENV\/\d{8}\/eu-west-1\//)
})

test('come from a profile of the shared file', async () => {
  process.env.AWS_PROFILE = 'archive'
  await writeFile(
    join(folder, 'credentials'),
    '[default]\naws_access_key_id = DEFAULT\naws_secret_access_key = hush\n' +
      '[archive]\naws_access_key_id = FROMFILE\naws_secret_access_key = hush\n',
  )
  expect((await signatureOf()).authorization).toMatch(/Credential=FROMFILE\/\d{8}\/us-east-1\//)
})

test('that are nowhere to be found are unavailable', async () => {
  const storage = s3Storage({ endpoint: network.endpoint, bucket: 'images' })
  await expect(storage.check()).rejects.toMatchObject({ code: 'unavailable' })
  await expect(storage.check()).rejects.toThrow(/^Cannot write a probe \(CredentialsProviderError\)$/)
  await storage.close()
})
