import { hostname } from 'node:os'
import { type AlertWatch, startAlertWatch } from '../ops/alerts/alert-watch.ts'
import { freeSpace } from '../ops/free-space.ts'
import { newId } from '../core/ids.ts'
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
  /** server: this process hears of every run, whoever carries it out, and has pages to tell. It looks where there is one. */
  role: 'server' | 'worker'
  settings: Pick<Settings, 'url' | 'timeZone' | 'environment'>
  /** Gets what went wrong inside, and in which part, for the server's own log. */
  onError(error: unknown, part: string): void
}

/**
 * Looks at alert rules when a run has ended and every 30 s, and sends what they say, for so long as no other process of this Atlas does. A worker is woken by its
 * own runs.
 */
export function watchAlerts({ db, secrets, events, folder, random }: World, { role, settings, onError }: WatchOptions): AlertWatch {
  const { url, timeZone, environment } = settings
  const host = hostname()
  const watch = startAlertWatch({
    db,
    secrets,
    random,
    host,
    holder: {
      id: newId('watch', Date.now(), random),
      process: `atlas ${role === 'server' ? 'start' : 'worker'} ${process.pid} on ${host}`,
      rank: role === 'server' ? 1 : 0,
    },
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
