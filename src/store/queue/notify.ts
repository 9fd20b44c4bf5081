import { Client } from 'pg'
import type { DatabaseAddress } from '../database.ts'

export type Channel = 'atlas_runs' | 'atlas_cancel' | 'atlas_events'

export interface ListenOptions {
  channels: readonly Channel[]
  onMessage(channel: Channel, payload: string): void
  /** The connection is there (again): what was said in between was missed. */
  onConnected(): void
}

export interface Listener {
  close(): Promise<void>
}

const FIRST_RETRY_MS = 200
const LONGEST_RETRY_MS = 5_000

/**
 * Hears what other processes of this Atlas announce, on a connection of its own that is made anew whenever it breaks. What is announced is only a hint
 * to look at the tables sooner.
 */
export function listen(address: DatabaseAddress, { channels, onMessage, onConnected }: ListenOptions): Listener {
  let client: Client | null = null
  let timer: NodeJS.Timeout | undefined
  let retryMs = FIRST_RETRY_MS
  let isClosed = false

  const lost = (of: Client): void => {
    if (client !== of) return
    client = null
    void of.end().catch(() => undefined)
    if (isClosed) return
    timer = setTimeout(() => void connect(), retryMs)
    retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2)
  }
  const connect = async (): Promise<void> => {
    const made = newClient(address)
    client = made
    made.on('error', () => lost(made))
    made.on('end', () => lost(made))
    made.on('notification', ({ channel, payload }) => onMessage(channel as Channel, payload ?? ''))
    try {
      await made.connect()
      for (const channel of channels) await made.query(`listen ${channel}`)
      if (client !== made || isClosed) return
      retryMs = FIRST_RETRY_MS
      onConnected()
    } catch {
      lost(made)
    }
  }
  void connect()
  return {
    async close() {
      isClosed = true
      clearTimeout(timer)
      await client?.end().catch(() => undefined)
    },
  }
}

function newClient(address: DatabaseAddress): Client {
  const where = 'url' in address ? { connectionString: address.url } : { ...address }
  return new Client({
    ...where,
    application_name: 'atlas listener',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    connectionTimeoutMillis: 10_000,
  })
}
