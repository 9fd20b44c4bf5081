import { randomBytes } from 'node:crypto'
import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { type Database, openDatabase, toDatabaseUrl } from '../../src/store/database.ts'
import type { Schema } from '../../src/store/schema.ts'
import { FOLDER_VARIABLE, readClusterNote } from './cluster-file.ts'

export interface TestDatabase {
  /** Connects another process, e.g. as ATLAS_DATABASE_URL. */
  url: string
  db: Kysely<Schema>
  pool: Database['pool']
  /** Closes the connections and removes the database, whoever else is connected. */
  drop: () => Promise<void>
}

/**
 * A database of its own in the run's real Postgres, migrated and empty; takes about 20 ms. Call `drop` in `afterAll`.
 * @param empty true for one without any table
 */
export async function createTestDatabase({ empty = false }: { empty?: boolean } = {}): Promise<TestDatabase> {
  const folder = process.env[FOLDER_VARIABLE]
  if (folder === undefined) throw new Error('test/support/global-setup.ts is not among globalSetup in vitest.config.ts')
  const { connection, template } = await readClusterNote(folder)
  const name = `test_${randomBytes(6).toString('hex')}`
  await once(connection, (db) => sql`create database ${sql.id(name)} template ${sql.id(empty ? 'template0' : template)}`.execute(db))
  const address = { ...connection, database: name }
  const { db, pool, close } = openDatabase(address, { poolSize: 5 })
  return {
    url: toDatabaseUrl(address),
    db,
    pool,
    async drop() {
      await close()
      await once(connection, (admin) => sql`drop database if exists ${sql.id(name)} with (force)`.execute(admin))
    },
  }
}

async function once(address: Parameters<typeof openDatabase>[0], work: (db: Kysely<Schema>) => Promise<unknown>): Promise<void> {
  const { db, close } = openDatabase(address, { poolSize: 1 })
  try {
    await work(db)
  } finally {
    await close()
  }
}
