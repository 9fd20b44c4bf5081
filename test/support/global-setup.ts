import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '../../src/store/database.ts'
import { type Home, openHome } from '../../src/store/home.ts'
import { migrate } from '../../src/store/migrate.ts'
import { acquireHome } from '../../src/store/owner-lock.ts'
import { type PostgresServer, startPostgres } from '../../src/store/postgres-server.ts'
import { type ClusterNote, clusterFile, FOLDER_VARIABLE } from './cluster-file.ts'
import { RUN_VARIABLE, stopMariadb } from './mariadb-server.ts'

const PREFIX = 'atlas-test-postgres-'
const TEMPLATE = 'atlas_template'
/** Not TMPDIR: as root, Postgres runs as another user, who must be able to enter. */
const PARENT = process.platform === 'win32' ? (process.env['TEMP'] ?? '.') : '/tmp'

/** Starts one Postgres for the whole test run, in the background, with a migrated template database. @returns its end */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(PARENT, PREFIX))
  process.env[FOLDER_VARIABLE] = folder
  process.env[RUN_VARIABLE] = String(process.pid)
  const home = await openHome(folder)
  const ownership = await acquireHome(home, { command: 'vitest' })
  const starting = start(home)
  return async () => {
    await stopMariadb(folder)
    await (await starting)?.stop()
    await ownership.release()
    await rm(folder, { recursive: true, force: true })
    await removeLeftovers(basename(folder))
  }
}

async function start(home: Home): Promise<PostgresServer | null> {
  try {
    const server = await startPostgres(home, { durable: false, settings: { max_connections: '300', shared_buffers: '64MB' } })
    await makeTemplate(server)
    await note(home, { connection: server.connection, template: TEMPLATE })
    return server
  } catch (error) {
    await note(home, { error: String(error) })
    return null
  }
}

async function makeTemplate({ connection }: PostgresServer): Promise<void> {
  const postgres = openDatabase(connection)
  await sql`create database ${sql.id(TEMPLATE)}`.execute(postgres.db)
  await postgres.close()
  const address = { ...connection, database: TEMPLATE }
  const template = openDatabase(address)
  await migrate(template.db, address)
  await template.close()
}

async function note(home: Home, content: ClusterNote): Promise<void> {
  const file = clusterFile(home.root)
  await writeFile(`${file}.draft`, JSON.stringify(content), { mode: 0o600 })
  await rename(`${file}.draft`, file)
}

/** Ends and removes what a killed test run has left. A run that is still going holds its lock, and is left alone. */
async function removeLeftovers(own: string): Promise<void> {
  const names = (await readdir(PARENT)).filter((name) => name.startsWith(PREFIX) && name !== own)
  for (const name of names) {
    try {
      const home = await openHome(join(PARENT, name))
      await (await acquireHome(home, { command: 'vitest clean-up' })).release()
      if ((await readdir(home.root)).includes('postgres')) await (await startPostgres(home, { durable: false })).stop()
      await rm(home.root, { recursive: true, force: true })
    } catch {
      // Another run's, or not ours to remove.
    }
  }
}
