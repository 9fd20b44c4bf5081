import type { Kysely } from 'kysely'
import type { Connector, ReadContext } from '../connectors/connector.ts'
import type { ErrorCode } from '../core/errors.ts'
import type { Lake } from '../lake/lake.ts'
import type { RunEvents } from '../pipeline/run-events.ts'
import type { RunService } from '../pipeline/run-service.ts'
import type { Schema } from '../store/schema.ts'
import type { Secrets } from '../store/secrets/create-secrets.ts'

/** Folders of a home; every one exists. */
export interface PlatformFolders {
  root: string
  lake: string
  uploads: string
  scratch: string
}

export interface PlatformSettings {
  version: string
  environment: string | null
  timeZone: string
  /** Where people reach the web app, without a slash at its end. */
  url: string | null
  uploadLimitBytes: number
  sqlTimeoutMs: number
  sqlMemoryBytes: number
}

/** Everything a request handler may use: made once at start, closed once at the end. */
export interface Platform {
  folders: PlatformFolders
  settings: PlatformSettings
  /** Names the home; what lies on its disk can be read there alone. */
  homeId?: string
  db: Kysely<Schema>
  lake: Lake
  connectors: readonly Connector[]
  secrets: Secrets
  uploadPath: ReadContext['uploadPath']
  fetch: typeof fetch
  /** The home's master key of hashes and tokens. */
  hashKey: Uint8Array
  runs: RunService
  events: RunEvents
  /** Lets the scheduler look at once; nothing happens where none is running. */
  wakeScheduler(): void
  /** Lets alert rules be looked at and messages be sent soon; nothing happens where that is not done. */
  wakeAlerts(): void
  now(): Date
  random(bytes: number): Uint8Array
  /** Tells the truth for /health/ready: each part with whether it works now. */
  health(): Promise<PartHealth[]>
  close(): Promise<void>
}

export interface PartHealth {
  part: string
  ok: boolean
  /** Of the error, where the part does not work. */
  code: ErrorCode | null
  detail: string
}
