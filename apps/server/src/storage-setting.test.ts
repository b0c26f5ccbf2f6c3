import { describe, expect, test } from '@jest/globals'
import { type BucketSetting, nameOfBucket, parseStorage } from './storage-setting.ts'

describe('where objects lie', () => {
  test('files, in the data folder', () => {
    expect(parseStorage('files')).toEqual({ kind: 'files' })
  })

  test('a bucket, with a key and its secret', () => {
    const setting = parseStorage('s3://AKIA:a%2Fb%40c@minio.example:9000/images?tls=false')
    expect(setting).toEqual({
      kind: 's3',
      options: {
        endpoint: 'http://minio.example:9000',
        bucket: 'images',
        prefix: '',
        credentials: { accessKeyId: 'AKIA', secretAccessKey: 'a/b@c' },
        virtualHosts: false,
      },
    })
    expect(nameOfBucket(setting as BucketSetting)).toBe('http://minio.example:9000/images/')
  })

  test('a bucket below a prefix, by TLS, with credentials from the usual chain', () => {
    const setting = parseStorage(
      's3://s3.eu-central-1.amazonaws.com/images/archive/one/?region=eu-central-1&encryption=aws:kms&kms-key=alias/images',
    )
    expect(setting).toMatchObject({
      options: {
        endpoint: 'https://s3.eu-central-1.amazonaws.com',
        prefix: 'archive/one/',
        region: 'eu-central-1',
        credentials: undefined,
        encryption: { algorithm: 'aws:kms', keyId: 'alias/images' },
      },
    })
    expect(nameOfBucket(setting as BucketSetting)).toBe('https://s3.eu-central-1.amazonaws.com/images/archive/one/')
  })

  test.each([
    ['folder', 'files or s3://'],
    ['https://KEY:hush@host/bucket', 'files or s3://'],
    ['s3://KEY:hush@host', 'name of a bucket'],
    ['s3://KEY:hush@host/B', 'name of a bucket'],
    ['s3://KEY@host/bucket', 'KEY and SECRET are wanted, or neither'],
    ['s3://KEY:hush%@host/bucket', '%25'],
    ['s3://KEY:hush@host/bucket/a%20b', 'letters, digits'],
    ['s3://KEY:hush@host/bucket?tsl=false', 'only tls, region'],
    ['s3://KEY:hush@host/bucket?tls=perhaps', 'one of 1, true'],
    ['s3://KEY:hush@host/bucket?encryption=rot13', 'AES256 or aws:kms'],
    ['s3://KEY:hush@host/bucket?kms-key=a', 'goes with encryption=aws:kms'],
  ])('%s is refused, and the secret is not repeated', (text, message) => {
    let said = ''
    try {
      parseStorage(text)
    } catch (error) {
      said = String(error)
    }
    expect(said).toContain(message)
    expect(said).not.toContain('hush')
  })
})
