import { CompiledQuery, Kysely, PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely'
import { type ClientBase, Pool, type PoolConfig, types } from 'pg'
import { AtlasError } from '../core/errors.ts'
import { isConnectionError } from './connection-error.ts'
import type { PostgresConnection } from './postgres-server.ts'
import type { Schema } from './schema.ts'

export { isConnectionError }

/** Where the database is: a URL, or the parts. */
export type DatabaseAddress = { url: string } | PostgresConnection

export interface DatabaseOptions {
  /** Connections at most; default 10. */
  poolSize?: number
  /** How long to wait for a connection; default 10 s. */
  connectTimeoutMs?: number
  /** After how long the server gives up a statement; default 60 s, 0 for never, whatever the URL or the server's settings say. */
  statementTimeoutMs?: number
}

export interface Database {
  db: Kysely<Schema>
  /** For what Kysely cannot say, e.g. LISTEN and COPY. Its errors are node-postgres's own. */
  pool: Pool
  /** Waits for statements under way, then closes every connection. */
  close: () => Promise<void>
}

/**
 * A pool of connections; connects at first use. Queries through `db` throw AtlasError `store.unreachable` when the database does
 * not answer or goes away, and node-postgres's DatabaseError otherwise. Integers of 64 bits come as number and throw a RangeError
 * past 2^53; timestamptz comes as Date; date, timestamp and numeric as text; json parsed.
 */
export function openDatabase(address: DatabaseAddress, options: DatabaseOptions = {}): Database {
  const pool = new Pool({ ...toPoolConfig(address), ...poolOptions(options) })
  // Both would end the process when nobody listens: a connection lost while idle, and one lost between two statements.
  pool.on('error', () => undefined)
  pool.on('connect', (client: ClientBase) => void client.on('error', () => undefined))
  const dialect = new PostgresDialect({
    pool: explaining(pool, addressName(address)),
    async onCreateConnection(connection) {
      if (options.statementTimeoutMs === 0) await connection.executeQuery(CompiledQuery.raw('set statement_timeout = 0'))
    },
  })
  const db = new Kysely<Schema>({ dialect })
  let closing: Promise<void> | undefined
  return { db, pool, close: () => (closing ??= db.destroy().then(() => (pool.ended ? undefined : pool.end()))) }
}

/** The database as a person may read it: without user name and password. */
export function addressName(address: DatabaseAddress): string {
  if (!('url' in address)) return `${address.host}:${address.port}/${address.database}`
  const url = URL.canParse(address.url) ? new URL(address.url) : null
  return url === null ? 'the given URL' : `${url.searchParams.get('host') ?? url.host}${url.pathname}`
}

/** A connection as one URL, e.g. for another process. It holds the password. */
export function toDatabaseUrl({ host, port, user, password, database }: PostgresConnection): string {
  const credentials = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`
  if (!host.startsWith('/')) return `postgres://${credentials}@${host}:${port}/${encodeURIComponent(database)}`
  return `postgres://${credentials}@localhost:${port}/${encodeURIComponent(database)}?host=${encodeURIComponent(host)}`
}

function toPoolConfig(address: DatabaseAddress): PoolConfig {
  return 'url' in address ? { connectionString: address.url } : { ...address }
}

function poolOptions({ poolSize = 10, connectTimeoutMs = 10_000, statementTimeoutMs = 60_000 }: DatabaseOptions): PoolConfig {
  return {
    max: poolSize,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs || false,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    application_name: 'atlas',
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types: { getTypeParser },
  }
}

/**
 * A process that is frozen in mid-transaction holds its locks: the server gives it up after so long. Nothing of ours waits for anything but the database
 * between two statements of a transaction.
 */
const IDLE_IN_TRANSACTION_MS = 15_000

const OID = { int8: 20, date: 1082, timestamp: 1114, int8Array: 1016, dateArray: 1182, timestampArray: 1115 } as const
const AS_TEXT: ReadonlySet<number> = new Set([OID.date, OID.timestamp, OID.dateArray, OID.timestampArray])

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === OID.int8) return toSafeInteger
  if (oid === OID.int8Array)
    return (value) =>
      (types.getTypeParser(1009 as number, 'text')(value) as (string | null)[]).map((each) => (each === null ? null : toSafeInteger(each)))
  if (AS_TEXT.has(oid)) return (value) => value
  return types.getTypeParser(oid, format)
}

function toSafeInteger(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value))
    throw new RangeError(`the database holds ${text}, which is past the integers that a number keeps exactly`)
  return value
}

/** The pool as Kysely uses it, with lost connections told as what they are. */
function explaining(pool: Pool, name: string): PostgresPool {
  const explain = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw isConnectionError(error) ? unreachable(name, error) : error
    }
  }
  return {
    options: pool.options,
    end: () => pool.end(),
    async connect() {
      const client = await explain(() => pool.connect())
      const wrapped = {
        query: (...args: [never]) => explain(() => client.query(...args)),
        release: () => client.release(),
      }
      return wrapped as unknown as PostgresPoolClient
    },
  }
}

function unreachable(name: string, cause: unknown): AtlasError {
  const reason = (cause as Error).message || (cause as { code?: string }).code || 'no answer'
  return new AtlasError('store.unreachable', `The database at ${name} does not answer: ${reason}`, { cause })
}
