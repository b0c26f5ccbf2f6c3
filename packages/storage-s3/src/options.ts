/** How the store encrypts what it keeps; absent: as the bucket is set up. */
export type S3Encryption =
  | { readonly algorithm: 'AES256' }
  | { readonly algorithm: 'aws:kms' /** The store's default key where absent. */; readonly keyId?: string | undefined }

/** Options of `s3Storage`. */
export interface S3StorageOptions {
  /** `http://` or `https://`, host and port of the store. */
  readonly endpoint: string
  /** Exists. */
  readonly bucket: string
  /**
   * Put before every key, as `archive/`: several archives may share a bucket, where no prefix begins with another's. Default:
   * nothing.
   */
  readonly prefix?: string | undefined
  /** What requests are signed for; most stores that are not a cloud take any. Default: `AWS_REGION`, or `us-east-1`. */
  readonly region?: string | undefined
  /**
   * Default: the usual chain, which is asked again before they expire: `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, the
   * shared files of credentials and configuration, a web identity token, the container's or the machine's role.
   */
  readonly credentials?: S3Credentials | undefined
  /** `https://bucket.host/key` rather than `https://host/bucket/key`, for the stores that take no other. */
  readonly virtualHosts?: boolean | undefined
  readonly encryption?: S3Encryption | undefined
  /** How often a request is tried before it fails as `unavailable`. Default: 5, which takes up to some seconds. */
  readonly maxAttempts?: number | undefined
  /** Milliseconds after which a connection on which nothing moves is given up. Default: 30,000. */
  readonly idleTimeoutMs?: number | undefined
  /**
   * Connections for streams of objects, and as many again for all other requests. Who waits for one in vain gets
   * `unavailable`. Default: 256.
   */
  readonly maxConnections?: number | undefined
}

/** A key of the store, for as long as it is valid. */
export interface S3Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}
