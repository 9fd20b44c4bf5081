import { type Database, type DatabaseAddress, type DatabaseOptions, openDatabase } from './database.ts'
import type { Home } from './home.ts'
import { migrate } from './migrate.ts'
import { startPostgres } from './postgres-server.ts'

/** How long statements under way may take to end by themselves when the store is closed. */
const CLOSE_MS = 3_000

/** The open store of an Atlas. */
export interface Store extends Database {
  kind: 'embedded' | 'external'
  /** For what makes its own connections. Holds the password. */
  address: DatabaseAddress
  /** Calls back once if the embedded Postgres ends by itself. Never for one of yours. */
  onLost(callback: () => void): void
}

/**
 * Starts the embedded Postgres of a home, or connects to yours, and migrates it. The caller owns the home's lock.
 * @param databaseUrl a Postgres of your own (`ATLAS_DATABASE_URL`); empty means none
 * @throws AtlasError `store.start_failed`, `store.unreachable`, `store.newer`, `home.unreachable`
 */
export async function openStore(
  home: Home,
  { databaseUrl, ...options }: DatabaseOptions & { databaseUrl?: string | undefined } = {},
): Promise<Store> {
  const server = databaseUrl ? null : await startPostgres(home)
  const address = server?.connection ?? { url: databaseUrl ?? '' }
  const database = openDatabase(address, options)
  const close = async () => {
    await within(CLOSE_MS, database.close())
    await server?.stop()
  }
  try {
    await migrate(database.db, address)
  } catch (error) {
    await close()
    throw error
  }
  return { ...database, kind: server === null ? 'external' : 'embedded', address, onLost: (callback) => server?.onExit(callback), close }
}

/** Waits for the work, but no longer than that. */
async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs)
  })
  await Promise.race([work, timeout]).finally(() => clearTimeout(timer))
}
