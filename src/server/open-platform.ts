import { acquireHome, type HomeOwnership } from '../store/owner-lock.ts'
import { openHome, type Home } from '../store/home.ts'
import { refuseLostKey } from '../store/refuse-lost-key.ts'
import { openStore, type Store } from '../store/open-store.ts'
import type { Platform } from './platform.ts'
import type { Settings } from './settings.ts'

export interface OpenOptions {
  home: string
  settings: Settings
  version: string
  /** What this process is, for who else wants the home: e.g. `atlas start`. */
  command: string
  /** Whether schedules fire: a command that is over in a moment would start runs only to stop them. */
  firesSchedules?: boolean
  onError(error: unknown, where: string): void
}

/** An open platform and the hold on its home. */
export interface OpenPlatform {
  platform: Platform
  ownership: HomeOwnership
  store: Store
  home: Home
}

/**
 * Opens a home: takes its lock, starts or connects the database, migrates, and begins to carry out runs. Closing stops everything in the
 * opposite order.
 * @throws AtlasError `home.*`, `store.*`, `privacy.key_missing`
 */
export async function openPlatform(options: OpenOptions): Promise<OpenPlatform> {
  const { settings } = options
  const home = await openHome(options.home)
  const ownership = await acquireHome(home, { command: options.command })
  // The database starts in its own process while the rest of Atlas is loaded in this one.
  const assembling = import('./assemble-platform.ts')
  try {
    const store = await openStore(home, { databaseUrl: settings.databaseUrl })
    try {
      await refuseLostKey(home, store.db)
      const { assemblePlatform } = await assembling
      return { platform: await assemblePlatform(options, home, store, ownership), ownership, store, home }
    } catch (error) {
      await store.close()
      throw error
    }
  } catch (error) {
    await ownership.release()
    throw error
  }
}
