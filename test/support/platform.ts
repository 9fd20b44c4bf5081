import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { connectors as registered } from '../../src/connectors/index.ts'
import type { Connector } from '../../src/connectors/connector.ts'
import type { Role } from '../../src/contract/access.ts'
import { createApiToken } from '../../src/access/api-tokens.ts'
import { openLake } from '../../src/lake/open-lake.ts'
import { createRunService } from '../../src/pipeline/create-run-service.ts'
import { RunEvents } from '../../src/pipeline/run-events.ts'
import { type Listening, listen, type ServerOptions } from '../../src/server/app.ts'
import type { Platform } from '../../src/server/platform.ts'
import { createSecrets } from '../../src/store/secrets/create-secrets.ts'
import { openKeyRing } from '../../src/store/secrets/key-ring.ts'
import { readUpload } from '../../src/store/uploads.ts'
import { createTestDatabase, type TestDatabase } from './postgres.ts'

export interface TestPlatform {
  platform: Platform
  database: TestDatabase
  /** Moves the platform's clock on. */
  advance(ms: number): void
  close(): Promise<void>
}

/** A whole platform on a database and a folder of its own: real store, real lake, real runs. */
export async function openTestPlatform(
  settings: Partial<Platform['settings']> = {},
  connectors: readonly Connector[] = registered,
  onError: (error: unknown) => void = () => undefined,
): Promise<TestPlatform> {
  const root = await mkdtemp('/tmp/atlas-test-platform-')
  const folders = { root, lake: path.join(root, 'lake'), uploads: path.join(root, 'uploads'), scratch: path.join(root, 'scratch') }
  for (const folder of [...Object.values(folders), path.join(root, 'keys')]) mkdirSync(folder, { recursive: true })
  const database = await createTestDatabase()
  const { db } = database
  let ahead = 0
  const now = () => new Date(Date.now() + ahead)
  const random = (bytes: number) => randomBytes(bytes)
  const lake = openLake({ folder: folders.lake, scratch: folders.scratch, memoryBytes: 512 * 2 ** 20, threads: 2 })
  const events = new RunEvents()
  const uploadPath = async (id: string) => {
    const upload = await readUpload(db, id)
    return { path: path.join(folders.uploads, upload.id), fileName: upload.fileName }
  }
  const sql = { timeoutMs: 20_000, memoryBytes: 256 * 2 ** 20 }
  const keyRing = await openKeyRing({ keys: path.join(root, 'keys') }, { secretKey: undefined, previousSecretKeys: undefined })
  const secrets = createSecrets({ db, keyRing })
  const environment = {
    secrets,
    db,
    lake,
    connectors,
    scratch: folders.scratch,
    uploadPath,
    hashKey: randomBytes(32),
    sql,
    fetch,
    now,
    random,
  }
  const runs = await createRunService(environment, events, { concurrency: 2, worker: 'test', onError })
  const platform: Platform = {
    folders,
    settings: {
      version: '0.0.0-test',
      environment: null,
      timeZone: 'UTC',
      url: null,
      uploadLimitBytes: 10_000_000,
      sqlTimeoutMs: sql.timeoutMs,
      sqlMemoryBytes: sql.memoryBytes,
      ...settings,
    },
    db,
    lake,
    connectors,
    secrets,
    uploadPath,
    fetch,
    hashKey: environment.hashKey,
    runs,
    events,
    wakeScheduler: () => undefined,
    wakeAlerts: () => undefined,
    now,
    random,
    health: async () => [{ part: 'database', ok: true, code: null, detail: 'answers' }],
    close: async () => undefined,
  }
  return {
    platform,
    database,
    advance: (ms) => (ahead += ms),
    close: async () => {
      await runs.stop()
      lake.close()
      await database.drop()
      await rm(root, { recursive: true, force: true })
    },
  }
}

export interface TestServer extends TestPlatform {
  server: Listening
  url: string
  /** Sends a request as a role (a real API token of it) or, with null, as nobody. */
  as(role: Role | null): (path: string, init?: RequestInit & { json?: unknown }) => Promise<Response>
}

/** A platform with a server on a free port and one API token for each role. */
export async function startTestServer(
  options: ServerOptions = {},
  settings: Partial<Platform['settings']> = {},
  connectors?: readonly Connector[],
  onError?: (error: unknown) => void,
): Promise<TestServer> {
  const opened = await openTestPlatform(settings, connectors, onError)
  const server = await listen(opened.platform, { ...options, port: 0 })
  const tokens = new Map<Role, string>()
  for (const role of ['admin', 'editor', 'viewer'] as const) {
    const { token } = await createApiToken(opened.platform, { name: role, role }, { actor: 'test', address: null })
    tokens.set(role, token)
  }
  return {
    ...opened,
    server,
    url: server.url,
    as:
      (role) =>
      (path, { json, ...init } = {}) =>
        fetch(`${server.url}${path}`, {
          ...init,
          ...(json === undefined ? {} : { body: JSON.stringify(json) }),
          headers: {
            ...(role === null ? {} : { authorization: `Bearer ${tokens.get(role)}` }),
            ...(json === undefined ? {} : { 'content-type': 'application/json' }),
            ...(init.headers as Record<string, string> | undefined),
          },
        }),
    close: async () => {
      await server.close()
      await opened.close()
    },
  }
}
