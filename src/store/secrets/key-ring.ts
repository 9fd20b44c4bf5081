import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError } from '../../core/errors.ts'
import { syncFolder, writeDurably, type Home } from '../home.ts'

/** One key, split for its two uses (RFC 5869), so that neither says anything of the other. */
export interface SecretKey {
  /** Stands in what is sealed with it; says nothing of the key. */
  id: string
  /** AES-256 key. */
  sealing: Buffer
  /** HMAC key of fingerprints. */
  fingerprint: Buffer
}

/** The keys that secrets are sealed with. New ones are sealed with the current key, the others only open what was sealed before. */
export interface KeyRing {
  /** Makes the key file at first use. @throws AtlasError `home.unwritable` */
  current(): Promise<SecretKey>
  /** Every key that can open, the current one first. */
  all(): Promise<readonly SecretKey[]>
  /** Makes a new current key that is durable when this resolves. With a key from the environment, that one stays. */
  renew(): Promise<SecretKey>
  /** Takes every key but the current one out of the key file: nothing is sealed with them any more. This process can still open with them. */
  dropOld(): Promise<void>
}

export interface KeySettings {
  /** `ATLAS_SECRET_KEY`: 32 bytes in base64. */
  secretKey: string | undefined
  /** `ATLAS_SECRET_KEY_PREVIOUS`: the same, with commas between. */
  previousSecretKeys: string | undefined
}

const KEY_BYTES = 32
const FILE_NAME = 'secrets.keys'
/** Base64 in either alphabet, with or without padding. */
const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/

/**
 * Opens the key ring of a home: the keys of the environment, then those of the key file. The file is made when the first secret is sealed.
 * @throws AtlasError `secret.bad_key` when a key is not 32 bytes in base64, or when others than its owner may read the key file
 */
export async function openKeyRing(home: Pick<Home, 'keys'>, settings: KeySettings): Promise<KeyRing> {
  const file = path.join(home.keys, FILE_NAME)
  const named = readKeys('ATLAS_SECRET_KEY', settings.secretKey)
  if (named.length > 1) throw badKey('ATLAS_SECRET_KEY holds more than one key.')
  const previous = readKeys('ATLAS_SECRET_KEY_PREVIOUS', settings.previousSecretKeys)
  let filed = await readKeyFile(file)
  const opening = new Map<string, SecretKey>()
  const known = (): SecretKey[] => {
    for (const key of [...named, ...filed, ...previous].map(deriveKey)) opening.set(key.id, key)
    const first = [...named, ...filed].slice(0, 1).map(deriveKey)
    return [...first, ...[...opening.values()].filter(({ id }) => id !== first[0]?.id)]
  }
  const write = async (keys: Buffer[]): Promise<void> => {
    await replaceKeyFile(file, keys)
    filed = keys
  }
  let making: Promise<void> | null = null
  const make = async (): Promise<void> => {
    await makeKeyFile(file)
    filed = await readKeyFile(file)
  }
  return {
    async current() {
      if (named.length === 0 && filed.length === 0) await (making ??= make().finally(() => (making = null)))
      return known()[0] as SecretKey
    },
    async all() {
      // Another process of the home may have made the first key since, or a new one.
      const now = await readKeyFile(file)
      if (now.length > 0) filed = now
      return known()
    },
    async renew() {
      if (named.length === 0) await write([randomBytes(KEY_BYTES), ...filed])
      return known()[0] as SecretKey
    },
    async dropOld() {
      known()
      if (named.length === 0) return write(filed.slice(0, 1))
      await rm(file, { force: true })
      filed = []
    },
  }
}

/** The parts of a key. @param key 32 bytes */
function deriveKey(key: Buffer): SecretKey {
  const part = (use: string): Buffer => Buffer.from(hkdfSync('sha256', key, '', `atlas secrets: ${use}`, KEY_BYTES))
  return {
    id: createHash('sha256').update(part('id')).digest('base64url').slice(0, 11),
    sealing: part('seal'),
    fingerprint: part('fingerprint'),
  }
}

function readKeys(name: string, text: string | undefined): Buffer[] {
  const parts = (text ?? '').split(',').map((part) => part.trim())
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      const key = Buffer.from(part, 'base64')
      if (BASE64.test(part) && key.length === KEY_BYTES) return key
      throw badKey(
        `${name} holds ${BASE64.test(part) ? `${key.length} bytes` : 'something that is not base64'}; it must be ${KEY_BYTES} bytes in base64.`,
      )
    })
}

async function readKeyFile(file: string): Promise<Buffer[]> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return null
    throw new AtlasError('secret.bad_key', `The key file ${file} cannot be read: ${cause.code ?? cause.message}.`, {
      cause,
      next: 'Let the user that Atlas runs as own it, with the permissions 0600.',
    })
  })
  if (text === null) return []
  const { mode } = await stat(file)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0)
    throw new AtlasError(
      'secret.bad_key',
      `Others than its owner may read or write the key file ${file} (permissions ${(mode & 0o777).toString(8)}).`,
      {
        next: `Run: chmod 600 ${file}. If somebody may have read it, then also: atlas secrets rotate`,
      },
    )
  try {
    const keys = readKeys(file, text.split('\n').join(','))
    if (keys.length > 0) return keys
  } catch (cause) {
    throw damaged(file, cause)
  }
  throw damaged(file)
}

function damaged(file: string, cause?: unknown): AtlasError {
  return new AtlasError('home.damaged', `The key file ${file} holds no key that can be used.`, {
    cause,
    next: 'Restore it from a backup; without it every secret of the sources must be entered again.',
  })
}

/** Two processes that make it at once end up with the same one: the first wins. */
async function makeKeyFile(file: string): Promise<void> {
  const draft = await writeDraft(file, [randomBytes(KEY_BYTES)])
  try {
    await link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw unwritable(file, error)
    })
    await syncFolder(path.dirname(file))
  } finally {
    await rm(draft, { force: true })
  }
}

async function replaceKeyFile(file: string, keys: Buffer[]): Promise<void> {
  const draft = await writeDraft(file, keys)
  await rename(draft, file).catch((error: unknown) => {
    throw unwritable(file, error)
  })
  await syncFolder(path.dirname(file))
}

async function writeDraft(file: string, keys: Buffer[]): Promise<string> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeDurably(draft, `${keys.map((key) => key.toString('base64')).join('\n')}\n`).catch((error: unknown) => {
    throw unwritable(file, error)
  })
  return draft
}

function unwritable(file: string, cause: unknown): AtlasError {
  return new AtlasError('home.unwritable', `The key file ${file} cannot be written: ${(cause as Error).message}.`, { cause })
}

function badKey(message: string): AtlasError {
  return new AtlasError('secret.bad_key', message)
}
