import type { S3Encryption, S3StorageOptions } from '@sansfilm/storage-s3'
import { OptionError, parseSwitch } from './option-values.ts'

/** Where objects lie. */
export type StorageSetting = { readonly kind: 'files' } | BucketSetting

export interface BucketSetting {
  readonly kind: 's3'
  readonly options: S3StorageOptions & { readonly prefix: string }
}

const form = 'files or s3://KEY:SECRET@HOST:PORT/BUCKET is wanted'

/** What may follow the `?`. */
const parameters = ['tls', 'region', 'encryption', 'kms-key', 'virtual-hosts']

/**
 * `files`, or a bucket: `s3://KEY:SECRET@HOST:PORT/BUCKET/PREFIX?tls=false&region=eu-central-1`. Without key and secret the
 * usual chain of credentials is asked.
 * @throws OptionError which does not repeat what may be a secret
 */
export function parseStorage(text: string): StorageSetting {
  if (text === 'files') return { kind: 'files' }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || url.protocol !== 's3:' || url.hostname === '' || url.hash !== '') throw new OptionError(form)
  const { searchParams: given } = url
  for (const name of given.keys()) {
    if (!parameters.includes(name)) throw new OptionError(`only ${parameters.join(', ')} are known after the ?`)
  }
  const [, bucket = '', prefix = ''] = /^\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url.pathname) ?? []
  if (bucket === '') throw new OptionError(`${form}, with the name of a bucket after the /`)
  const folder = prefix.replace(/\/+$/, '')
  if (!/^[\w./-]*$/.test(folder)) throw new OptionError('after the bucket, letters, digits and / . _ - are wanted')
  const secure = parseSwitch(given.get('tls') ?? 'true')
  return {
    kind: 's3',
    options: {
      endpoint: `${secure ? 'https' : 'http'}://${url.host}`,
      bucket,
      prefix: folder === '' ? '' : `${folder}/`,
      region: given.get('region') ?? undefined,
      credentials: credentialsIn(url),
      virtualHosts: parseSwitch(given.get('virtual-hosts') ?? 'false'),
      encryption: encryptionIn(given),
    },
  }
}

/** For people and logs: without key and secret. */
export function nameOfBucket({ options: { endpoint, bucket, prefix } }: BucketSetting): string {
  return `${endpoint}/${bucket}/${prefix}`
}

function credentialsIn({ username, password }: URL): S3StorageOptions['credentials'] {
  if (username === '' && password === '') return undefined
  if (username === '' || password === '') throw new OptionError('KEY and SECRET are wanted, or neither')
  try {
    return { accessKeyId: decodeURIComponent(username), secretAccessKey: decodeURIComponent(password) }
  } catch {
    throw new OptionError('KEY and SECRET are wanted with % as %25, / as %2F and @ as %40')
  }
}

function encryptionIn(given: URLSearchParams): S3Encryption | undefined {
  const algorithm = given.get('encryption')
  const keyId = given.get('kms-key')
  if (keyId !== null && algorithm !== 'aws:kms') throw new OptionError('kms-key goes with encryption=aws:kms')
  if (algorithm === null) return undefined
  if (algorithm === 'AES256') return { algorithm }
  if (algorithm === 'aws:kms') return { algorithm, keyId: keyId ?? undefined }
  throw new OptionError('encryption is AES256 or aws:kms')
}
