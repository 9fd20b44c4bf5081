import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import tls from 'node:tls'
import pg from 'pg'
import { AtlasError } from '../../core/errors.ts'
import type { PostgresqlSettings } from '../postgresql.ts'
import { isRefusedAddress } from '../files/address.ts'
import { createReusedBufferSocket } from './reused-buffer-socket.ts'
import { isNetworkError, isTlsError, sourceError } from './source-error.ts'

/** A connection to the server whose session is pinned: what it prints does not depend on the server's settings. */
export interface Session {
  client: pg.Client
  pid: number
  /** As a number, e.g. 150004. */
  version: number
  encrypted: boolean
}

/** How long each part of connecting took, as far as it came. */
export interface ConnectTimes {
  nameMs?: number
  connectionMs?: number
  tlsMs?: number
  signInMs?: number
}

const OLDEST_VERSION = 130_000

/**
 * Everything that changes how a value is printed. Money is printed by the locale of the database, whose number of decimals says what a stored
 * value means; where that is two, as in the locale C, C is used.
 */
const PINS = [
  `set datestyle = 'ISO, YMD'`,
  `set intervalstyle = postgres`,
  `set extra_float_digits = 3`,
  `set timezone = 'UTC'`,
  `set bytea_output = hex`,
  `set client_encoding = 'UTF8'`,
  `set standard_conforming_strings = on`,
  `set xmloption = content`,
  `set default_transaction_read_only = on`,
  `set idle_in_transaction_session_timeout = 0`,
  `select set_config('lc_monetary', 'C', false) where scale(1::money::numeric) = 2`,
].join('; ')

/** Where the server is, for messages: never with the user or a secret. */
export function placeOf({ host, port }: Pick<PostgresqlSettings, 'host' | 'port'>): string {
  return host.startsWith('/') ? `${host} (port ${port})` : `${host}:${port}`
}

/**
 * Connects, signs in and pins the session.
 * @param times gets how long each part took, also when a later one fails
 * @throws AtlasError `source.unreachable`, `source.refused`, `source.timeout`, `source.tls`, `source.sign_in_failed`, `source.bad_settings`, `run.cancelled`
 */
export async function connect(settings: PostgresqlSettings, signal: AbortSignal, times: ConnectTimes = {}): Promise<Session> {
  const mode = tlsMode(settings)
  try {
    throwIfCancelled(signal)
    const addresses = await addressesOf(settings, times)
    for (const address of addresses.slice(0, -1)) {
      try {
        return await connectTo(settings, address, mode, signal, times)
      } catch (error) {
        if (!isNetworkError(error)) throw error
      }
    }
    return await connectTo(settings, addresses.at(-1) ?? settings.host, mode, signal, times)
  } catch (error) {
    throwIfCancelled(signal)
    throw sourceError(error, placeOf(settings))
  }
}

export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new AtlasError('run.cancelled', 'The read was cancelled.')
}

/** Ends a session without waiting for what it is doing. */
export function hangUp({ client }: Pick<Session, 'client'>): void {
  client.connection.stream.destroy()
}

async function connectTo(
  settings: PostgresqlSettings,
  address: string,
  mode: TlsMode,
  signal: AbortSignal,
  times: ConnectTimes,
): Promise<Session> {
  if (mode !== 'prefer') return connectOnce(settings, address, mode, signal, times)
  try {
    return await connectOnce(settings, address, 'require', signal, times)
  } catch (error) {
    if (!isTlsError(error)) throw error
    return connectOnce(settings, address, 'disable', signal, times)
  }
}

async function connectOnce(
  settings: PostgresqlSettings,
  address: string,
  mode: TlsMode,
  signal: AbortSignal,
  times: ConnectTimes,
): Promise<Session> {
  const client = new pg.Client({
    host: address,
    port: settings.port,
    database: settings.database,
    user: settings.user,
    // A function, so that neither PGPASSWORD nor a pgpass file of whoever runs Atlas is used instead.
    password: () => settings.password ?? '',
    ssl: tlsOptions(settings, mode),
    connectionTimeoutMillis: settings.connectTimeout * 1000,
    stream: createReusedBufferSocket,
    keepAlive: true,
    application_name: 'atlas',
    options: '',
  })
  // Without a listener a connection that is cut later would end the process; whoever uses the session sees it on its next query.
  client.on('error', () => undefined)
  client.on('notice', () => undefined)
  const hangUpNow = () => hangUp({ client })
  signal.addEventListener('abort', hangUpNow, { once: true })
  const stopTiming = timeParts(client, mode, times)
  try {
    await client.connect()
    stopTiming()
    return { client, ...(await pin(client, settings)), encrypted: mode !== 'disable' && !settings.host.startsWith('/') }
  } catch (error) {
    hangUpNow()
    throw error
  } finally {
    signal.removeEventListener('abort', hangUpNow)
  }
}

async function pin(client: pg.Client, { statementTimeout }: PostgresqlSettings): Promise<Pick<Session, 'pid' | 'version'>> {
  await client.query(PINS)
  if (statementTimeout !== undefined) await client.query(`set statement_timeout = ${Math.round(statementTimeout * 1000)}`)
  const { rows } = await client.query<Pick<Session, 'pid' | 'version'>>(
    `select pg_backend_pid() as pid, current_setting('server_version_num')::int as version`,
  )
  const [about] = rows
  const version = about?.version ?? 0
  if (about !== undefined && version >= OLDEST_VERSION) return about
  throw new AtlasError('source.bad_settings', `The server is Postgres ${Math.floor(version / 10_000)}; Atlas reads 13 and newer.`, {
    next: 'Read from a newer server.',
  })
}

function timeParts({ connection }: pg.Client, mode: TlsMode, times: ConnectTimes): () => void {
  let since = performance.now()
  const lap = () => {
    const now = performance.now()
    const took = now - since
    since = now
    return took
  }
  connection.once('connect', () => (times.connectionMs = lap()))
  if (mode !== 'disable') {
    connection.once('sslconnect', () => {
      connection.stream.once('secureConnect', () => (times.tlsMs = lap()))
    })
  }
  return () => (times.signInMs = lap())
}

type TlsMode = NonNullable<PostgresqlSettings['tls']>

/** On this machine nobody stands between; everywhere else the certificate is checked unless told. */
function tlsMode({ tls: mode, host, ca }: PostgresqlSettings): TlsMode {
  if (mode !== undefined) return mode
  if (ca !== undefined) return 'verify-full'
  return isLocal(host) ? 'prefer' : 'verify-full'
}

function isLocal(host: string): boolean {
  return host.startsWith('/') || host === 'localhost' || host === '::1' || host.startsWith('127.')
}

function tlsOptions({ host, ca, clientCertificate, clientKey }: PostgresqlSettings, mode: TlsMode): false | tls.ConnectionOptions {
  if (mode === 'disable' || host.startsWith('/')) return false
  return {
    rejectUnauthorized: mode === 'verify-full' || mode === 'verify-ca',
    checkServerIdentity: (_, certificate) => (mode === 'verify-full' ? tls.checkServerIdentity(host, certificate) : undefined),
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(ca === undefined ? {} : { ca }),
    ...(clientCertificate === undefined ? {} : { cert: clientCertificate }),
    ...(clientKey === undefined ? {} : { key: clientKey }),
  }
}

/** Looked up once, refused if need be, and then connected to: the name cannot lead elsewhere in between. */
async function addressesOf({ host }: PostgresqlSettings, times: ConnectTimes): Promise<string[]> {
  if (host.startsWith('/')) return [host]
  const started = performance.now()
  const addresses = isIP(host) > 0 ? [host] : (await lookup(host, { all: true })).map(({ address }) => address)
  const bad = addresses.find(isRefusedAddress)
  if (bad !== undefined) throw new AtlasError('source.refused', `${host} is at ${bad}, a link-local or metadata address.`)
  times.nameMs = performance.now() - started
  return addresses
}
