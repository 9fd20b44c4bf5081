import { createHash, hkdfSync, randomBytes } from 'node:crypto'
import path from 'node:path'
import { connectors } from '../connectors/index.ts'
import type { LakeFiles } from '../lake/lake-files.ts'
import { openLake } from '../lake/open-lake.ts'
import type { RunEnvironment } from '../pipeline/run-context.ts'
import { runEngine } from '../privacy/engines/open-engine.ts'
import { type Home, loadHomeId, loadKey } from '../store/home.ts'
import type { Store } from '../store/open-store.ts'
import type { PlatformIdentity } from '../store/queue/platform-identity.ts'
import { createSecrets } from '../store/secrets/create-secrets.ts'
import { openKeyRing } from '../store/secrets/key-ring.ts'
import { readUpload } from '../store/uploads.ts'
import { openLakeFiles } from './open-lake-files.ts'
import type { Settings } from './settings.ts'

/** What runs need, opened over a home and a store, and what this process has in common with others of its platform. */
export interface OpenEnvironment {
  environment: RunEnvironment
  files: LakeFiles
  homeId: string
  identity: PlatformIdentity
  /** Closes all but the store. */
  close(): Promise<void>
}

export interface EnvironmentOptions {
  settings: Settings
  version: string
  /** Absolute folder for spill files and half-made things; no two processes may share one. */
  scratch: string
  /** Whether this process begins where the object store does not answer, and uses it once it does. */
  waitsForLake?: boolean
}

/** Opens lake, keys and engines. @throws AtlasError `lake.*`, `home.*`, `secret.bad_key` */
export async function openEnvironment(
  home: Home,
  store: Store,
  { settings, version, scratch, waitsForLake = false }: EnvironmentOptions,
): Promise<OpenEnvironment> {
  const now = (): Date => new Date()
  const random = (bytes: number): Buffer => randomBytes(bytes)
  const { files, release } = await openLakeFiles(home, store.db, settings, { now, random, waits: waitsForLake })
  const { memoryBytes, threads } = settings
  const lake = openLake({ folder: files.folder, files, scratch, memoryBytes, threads })
  const keyRing = await openKeyRing(home, settings)
  const textEngine = runEngine(settings, { fetch: globalThis.fetch })
  const hashKey = await loadKey(home, 'hash')
  const environment: RunEnvironment = {
    ...(textEngine === undefined ? {} : { textEngine }),
    db: store.db,
    lake,
    connectors,
    scratch,
    uploadPath: async (uploadId: string) => {
      const upload = await readUpload(store.db, uploadId)
      return { path: path.join(home.uploads, upload.id), fileName: upload.fileName }
    },
    hashKey,
    sql: { timeoutMs: settings.sqlTimeoutMs, memoryBytes: settings.sqlMemoryBytes },
    fetch: globalThis.fetch,
    now,
    random,
    secrets: createSecrets({ db: store.db, keyRing }),
  }
  const secretKeys = (await keyRing.all()).map(({ id }) => id)
  const homeId = await loadHomeId(home)
  const lakeName = files.place === 'folder' ? homeId : files.place
  return {
    environment,
    files,
    homeId,
    identity: { version, keys: fingerprintOf(hashKey), secretKeys, lake: lakeName },
    close: async () => {
      await textEngine?.close()
      lake.close()
      await release()
    },
  }
}

/** Says whether two keys are the same, and nothing else of them. */
function fingerprintOf(key: Uint8Array): string {
  return createHash('sha256')
    .update(new Uint8Array(hkdfSync('sha256', key, '', 'atlas platform fingerprint', 32)))
    .digest('base64url')
}
