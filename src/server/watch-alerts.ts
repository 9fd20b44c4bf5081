import { hostname } from 'node:os'
import { type AlertWatch, startAlertWatch } from '../ops/alerts/alert-watch.ts'
import { freeSpace } from '../ops/free-space.ts'
import type { RunEvents } from '../pipeline/run-events.ts'
import type { Kysely } from 'kysely'
import type { Schema } from '../store/schema.ts'
import type { Secrets } from '../store/secrets/create-secrets.ts'
import type { Settings } from './settings.ts'

interface World {
  db: Kysely<Schema>
  secrets: Secrets
  events: RunEvents
  /** Where the lake is, or its cache. */
  folder: string
  random(bytes: number): Uint8Array
}

interface WatchOptions {
  settings: Pick<Settings, 'url' | 'timeZone' | 'environment'>
  /** Gets what went wrong inside, and in which part, for the server's own log. */
  onError(error: unknown, part: string): void
}

/** Looks at alert rules when a run has ended in this process and every 30 s, and sends what they say. */
export function watchAlerts({ db, secrets, events, folder, random }: World, { settings, onError }: WatchOptions): AlertWatch {
  const { url, timeZone, environment } = settings
  const watch = startAlertWatch({
    db,
    secrets,
    random,
    host: hostname(),
    freeBytes: () => freeSpace(folder),
    baseUrl: url,
    timeZone,
    environment,
    onChange: () => events.emit({ kind: 'alerts' }),
    onError,
  })
  const unsubscribe = events.subscribe((event) => {
    if (event.kind === 'run' && event.run.finishedAt !== null) watch.wake()
  })
  return {
    wake: () => watch.wake(),
    stop: () => {
      unsubscribe()
      return watch.stop()
    },
  }
}
