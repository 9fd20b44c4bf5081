import type { S3Client } from '@aws-sdk/client-s3'
import { setTimeout as wait } from 'node:timers/promises'
import { cancelled, maySpeakOfCredentials, refuseAborted, toStoreError } from './store-error.ts'

export interface ObjectStoreOptions {
  bucket: string
  /** Of all keys, without `/` at either end; may be empty. */
  prefix: string
  /** URL of an S3-compatible store; AWS without it. */
  endpoint?: string | undefined
  region: string
  /** Whether the bucket's name stands in the path instead of the host. */
  pathStyle: boolean
  /** How long a connection may be silent, and a fifth of it to be made. */
  silenceMs?: number
}

type Sdk = typeof import('@aws-sdk/client-s3')

/** What one request needs. */
export interface StoreCall {
  client: S3Client
  sdk: Sdk
  bucket: string
}

/** A bucket behind the S3 protocol. */
export interface ObjectStore {
  /** `s3://bucket/prefix`, for people and for the store's memory. */
  place: string
  /** Key of a file of the lake. */
  key(path: string): string
  /**
   * Does one request, or several that can be done again. The SDK tries again what may pass by itself; credentials that were refused are asked for anew.
   * @param subject what it is about, for the message: a path or key
   * @throws AtlasError `lake.store_*`, `lake.file_missing`, `run.cancelled`
   */
  call<T>(subject: string, signal: AbortSignal | undefined, work: (call: StoreCall) => Promise<T>): Promise<T>
  close(): void
}

const SILENCE_MS = 30_000
/** Of one request, the first included. Together they take a few seconds at most when a store refuses at once. */
const ATTEMPTS = 5
/** Waits before credentials are asked for again: they may just be being renewed. */
const RENEWALS_MS = [0, 500, 2000]

/** Opens a bucket. The SDK is loaded, and credentials are looked for, at the first request. */
export function openObjectStore(options: ObjectStoreOptions): ObjectStore {
  const place = `s3://${[options.bucket, options.prefix].filter((part) => part !== '').join('/')}`
  let connected: Promise<StoreCall> | null = null

  /** Credentials of a new client come from files, metadata services and commands as they are now. */
  function renew(refused: StoreCall): void {
    void connected?.then((current) => {
      if (current === refused) connected = null
    })
  }

  async function call<T>(subject: string, signal: AbortSignal | undefined, work: (call: StoreCall) => Promise<T>): Promise<T> {
    for (let renewals = 0; ; renewals++) {
      refuseAborted(signal)
      connected ??= connect(options)
      const current = await connected
      try {
        return await work(current)
      } catch (error) {
        if (signal?.aborted === true) throw cancelled(signal, error)
        const pause = RENEWALS_MS[renewals]
        if (pause === undefined || !maySpeakOfCredentials(error)) throw toStoreError(error, place, subject)
        renew(current)
        await wait(pause, undefined, { signal }).catch((aborted: unknown) => {
          throw signal === undefined ? aborted : cancelled(signal)
        })
      }
    }
  }

  return {
    place,
    key: (path) => (options.prefix === '' ? path : `${options.prefix}/${path}`),
    call,
    close: () => void connected?.then(({ client }) => client.destroy()).catch(() => undefined),
  }
}

async function connect(options: ObjectStoreOptions): Promise<StoreCall> {
  const [sdk, { defaultProvider }] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/credential-provider-node')])
  const silenceMs = options.silenceMs ?? SILENCE_MS
  const client = new sdk.S3Client({
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    region: options.region,
    forcePathStyle: options.pathStyle,
    credentials: defaultProvider({ ignoreCache: true }),
    maxAttempts: ATTEMPTS,
    // Every file has its SHA-256 sent, and compared when it comes; stores that know no other checksum take part too.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: Math.ceil(silenceMs / 5), socketTimeout: silenceMs },
  })
  return { client, sdk, bucket: options.bucket }
}
