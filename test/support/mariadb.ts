import { randomBytes } from 'node:crypto'
import path from 'node:path'
import type { Connection } from 'mysql2'
import { describe } from 'vitest'
import { MysqlSettings } from '../../src/connectors/mysql/settings.ts'
import { adminConnection, adminQuery, hasMariadb, runningServer } from './mariadb-server.ts'

/** Like `describe`, for tests that need a MariaDB; they are skipped where none is installed. */
export const describeMariadb: typeof describe | typeof describe.skip = hasMariadb ? describe : describe.skip
if (!hasMariadb)
  console.warn('Tests of the mysql connector are skipped: MariaDB is not installed (Debian: apt-get install mariadb-server).')

/** A database of its own on the run's MariaDB, and a user that may only read it. */
export interface MariadbDatabase {
  name: string
  settings: MysqlSettings
  /** Settings with another user, host, … */
  with(more: Partial<MysqlSettings>): MysqlSettings
  /** Runs statements as the server's admin, in this database; rows of the last one as text. */
  run(statements: string): Promise<(string | null)[][]>
  /** Another connection of the admin, for transactions that stay open. Ended by `drop`. */
  connect(): Promise<{ run(statements: string): Promise<(string | null)[][]>; end(): void }>
  /** Folder of the server, with ca.crt, and the files server.crt and server.key that it reads on FLUSH SSL. */
  tlsFolder: string
  drop(): Promise<void>
}

/** Starts the run's MariaDB when this is the first test to ask for it (a few seconds), and makes a database in it. */
export async function createMariadbDatabase({ process = true } = {}): Promise<MariadbDatabase> {
  const { port, folder } = await runningServer()
  const name = `test_${randomBytes(6).toString('hex')}`
  const password = `secret-of-${name}`
  const admins: Connection[] = []
  const connect = async () => {
    const admin = await adminConnection(port)
    admins.push(admin)
    return admin
  }
  const admin = await connect()
  const settings = MysqlSettings.parse({ host: '127.0.0.1', port, database: name, user: name, password })
  await adminQuery(
    admin,
    `create database ${name} character set utf8mb4; create user ${name}@'%' identified by '${password}'; grant select, show view on ${name}.* to ${name}@'%';
     ${process ? `grant process on *.* to ${name}@'%';` : ''} use ${name}`,
  )
  return {
    name,
    settings,
    tlsFolder: path.join(folder, 'tls'),
    with: (more) => ({ ...settings, ...more }),
    run: (statements) => adminQuery(admin, statements),
    connect: async () => {
      const other = await connect()
      await adminQuery(other, `use ${name}`)
      return { run: (statements) => adminQuery(other, statements), end: () => other.destroy() }
    },
    drop: async () => {
      await adminQuery(admin, `drop database if exists ${name}; drop user if exists ${name}@'%'`)
      for (const connection of admins) connection.destroy()
    },
  }
}
