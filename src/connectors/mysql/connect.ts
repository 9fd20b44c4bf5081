import { type Socket, connect as connectSocket, isIP } from 'node:net'
import { type Connection, createConnection } from 'mysql2'
import { AtlasError } from '../../core/errors.ts'
import { isRefusedAddress } from '../files/address.ts'
import { guardedLookup } from '../http/address-guard.ts'
import type { MysqlSettings } from './settings.ts'
import { ed25519Plugin } from './ed25519-plugin.ts'
import { type DriverError, cancelledError, sourceError } from './source-error.ts'

/** What a connection needs of the outside world. */
export interface ConnectContext {
  signal: AbortSignal
}

/** The server as people know it, without credentials. */
export function shownServer({ host, port }: Pick<MysqlSettings, 'host' | 'port'>): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`
}

/**
 * A socket to the server, connected. Link-local and metadata addresses are refused after the look-up.
 * @throws AtlasError `source.refused`, `source.unreachable`, `source.timeout`, `run.cancelled`
 */
export async function openSocket(settings: MysqlSettings, { signal }: ConnectContext): Promise<Socket> {
  if (signal.aborted) throw cancelledError(signal)
  const { host, port } = settings
  if (isIP(host) > 0 && isRefusedAddress(host)) throw new AtlasError('source.refused', `${host} is a link-local or metadata address.`)
  const socket = connectSocket({ host, port, lookup: guardedLookup, noDelay: true, keepAlive: true })
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(timeoutError()), settings.connectTimeoutSeconds * 1000)
      const stop = () => reject(cancelledError(signal))
      signal.addEventListener('abort', stop, { once: true })
      const settle = (end: () => void) => () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', stop)
        end()
      }
      socket.once('connect', settle(resolve))
      socket.once('error', (error) => settle(() => reject(error))())
    })
  } catch (error) {
    socket.destroy()
    // Node gives one error for each address tried.
    const [first] = error instanceof AggregateError ? (error.errors as unknown[]) : [error]
    throw sourceError(first, `${shownServer(settings)} cannot be reached`)
  }
  return socket
}

function timeoutError(): Error {
  return Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })
}

/**
 * Signs in over a connected socket: TLS, then user and password, as the settings say.
 * @throws AtlasError `source.tls`, `source.sign_in_failed`, `source.unreachable`, `source.timeout`, `source.bad_settings`, `run.cancelled`
 */
export async function signIn(
  settings: MysqlSettings,
  socket: Socket,
  { signal }: ConnectContext,
  database: string | undefined,
): Promise<Connection> {
  const ssl = tlsOptions(settings)
  const connection = createConnection({
    stream: socket,
    host: settings.tls.serverName ?? settings.host,
    port: settings.port,
    user: settings.user,
    password: settings.password,
    ...(database === undefined ? {} : { database }),
    ...(ssl === null ? {} : { ssl }),
    charset: 'UTF8MB4_GENERAL_CI',
    connectTimeout: settings.connectTimeoutSeconds * 1000,
    authPlugins: { client_ed25519: ed25519Plugin(settings.password) },
    // A server must not be able to ask for files of this machine.
    flags: ['-LOCAL_FILES'],
    multipleStatements: false,
  })
  const stop = () => socket.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    await new Promise<void>((resolve, reject) => {
      connection.once('connect', () => resolve())
      connection.once('error', reject)
      socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'PROTOCOL_CONNECTION_LOST' })))
    })
  } catch (error) {
    socket.destroy()
    if (signal.aborted) throw cancelledError(signal)
    throw sourceError(error, signInWords(settings, error as DriverError))
  } finally {
    signal.removeEventListener('abort', stop)
  }
  // What goes wrong while nothing is asked shows when the next statement is sent.
  connection.on('error', () => undefined)
  return connection
}

function signInWords(settings: MysqlSettings, error: DriverError): string {
  const where = shownServer(settings)
  return sourceError(error, '').code === 'source.sign_in_failed' ? `${where} does not let ${settings.user} in` : `${where} cannot be used`
}

type TlsOptions = { rejectUnauthorized: boolean; verifyIdentity: boolean; ca?: string; minVersion: 'TLSv1.2' }

/**
 * How the connection is encrypted; null for in the clear.
 * @throws AtlasError `source.bad_settings` when a number stands for the host and no name is given to check
 */
export function tlsOptions({ host, tls }: Pick<MysqlSettings, 'host' | 'tls'>): TlsOptions | null {
  const mode = tls.mode ?? (isLoopback(host) && tls.ca === undefined ? 'off' : 'verify')
  if (mode === 'off') return null
  if (mode === 'verify' && isIP(tls.serverName ?? host) > 0)
    throw new AtlasError(
      'source.bad_settings',
      `The host ${host} is a number: give the name in its certificate as tls.serverName, or set tls.mode to verify_ca.`,
    )
  return {
    rejectUnauthorized: mode !== 'encrypt',
    verifyIdentity: mode === 'verify',
    minVersion: 'TLSv1.2',
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.')
}
