import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { AtlasError } from '../core/errors.ts'
import { type DatabaseOptions, openDatabase } from './database.ts'
import type { Home } from './home.ts'
import type { Store } from './open-store.ts'
import { SUPERUSER } from './postgres-cluster.ts'
import { readPidFile } from './postgres-pid-file.ts'
import type { PostgresConnection } from './postgres-server.ts'

/**
 * Connects to the database of a platform that runs already: yours, or the embedded Postgres of a home that another process owns. Changes nothing.
 * @throws AtlasError `worker.no_platform` when the embedded one does not run
 */
export async function attachStore(
  home: Home,
  { databaseUrl, ...options }: DatabaseOptions & { databaseUrl?: string | undefined },
): Promise<Store> {
  const address = databaseUrl ? { url: databaseUrl } : await findPostgres(home)
  const database = openDatabase(address, options)
  return { ...database, kind: databaseUrl ? 'external' : 'embedded', address, onLost: () => undefined }
}

async function findPostgres(home: Home): Promise<PostgresConnection> {
  const file = await readPidFile(path.join(home.postgres, 'data'))
  const password = await readFile(path.join(home.postgres, 'password'), 'utf8').catch(() => null)
  if (file?.status !== 'ready' || password === null)
    throw new AtlasError('worker.no_platform', `No Atlas runs in the home ${home.root}, and ATLAS_DATABASE_URL names no other database.`)
  return { host: file.socketFolder || '127.0.0.1', port: file.port, user: SUPERUSER, password: password.trim(), database: 'postgres' }
}
