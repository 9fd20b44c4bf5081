import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import type { AtlasError } from '../../core/errors.ts'
import type { CheckPart, ReadContext } from '../connector.ts'
import type { MysqlSettings } from './settings.ts'
import { openSocket, shownServer, signIn, tlsOptions } from './connect.ts'
import { listTables } from './list-tables.ts'
import { openSession, type Session } from './session.ts'
import { cancelledError, sourceError } from './source-error.ts'

type Part = CheckPart['part']

/**
 * Says part by part whether the database can be read: name, connection, TLS, sign-in, the database, permission. Stops at the first that fails.
 * @throws AtlasError `run.cancelled`
 */
export async function checkMysql(settings: MysqlSettings, context: ReadContext): Promise<CheckPart[]> {
  const parts: CheckPart[] = []
  const opened: { session: Session | null } = { session: null }
  /** Runs a step; `failedAt` finds the part that a failure belongs to where a step is more than one. */
  const step = async (part: Part, work: () => Promise<string>, failedAt: (error: AtlasError) => Part = () => part): Promise<boolean> => {
    const started = performance.now()
    try {
      const detail = await work()
      parts.push({ part, ok: true, detail, durationMs: Math.round(performance.now() - started) })
      return true
    } catch (thrown) {
      if (context.signal.aborted) throw cancelledError(context.signal)
      const error = sourceError(thrown, shownServer(settings))
      parts.push({
        part: failedAt(error),
        ok: false,
        detail: `${error.message} ${error.next}`,
        durationMs: Math.round(performance.now() - started),
      })
      return false
    }
  }
  const encrypted = () => (tlsOptions(settings) === null ? 'in the clear' : 'encrypted')
  try {
    const done =
      (await step('name', () => lookUp(settings.host))) &&
      (await step('connection', () => reach(settings, context))) &&
      (await step(
        'sign_in',
        () => enter(settings, context),
        ({ code }) => (code === 'source.tls' || code === 'source.bad_settings' ? 'tls' : 'sign_in'),
      )) &&
      (await step(
        'object',
        async () => {
          opened.session = await openSession(settings, context)
          return `Database ${settings.database} on ${opened.session.mariadb ? 'MariaDB' : 'MySQL'} ${opened.session.version}, ${encrypted()}.`
        },
        ({ code }) => (code === 'source.permission_denied' ? 'permission' : 'object'),
      )) &&
      (await step('permission', () => readable(settings, opened.session)))
    if (done) addTls(parts, encrypted())
    return parts
  } finally {
    await opened.session?.close()
  }
}

/** TLS is part of signing in; it is said before it. */
function addTls(parts: CheckPart[], how: string): void {
  const at = parts.findIndex(({ part }) => part === 'sign_in')
  parts.splice(at, 0, {
    part: 'tls',
    ok: true,
    detail: how === 'encrypted' ? 'The connection is encrypted.' : 'The connection is not encrypted (tls.mode off).',
  })
}

async function lookUp(host: string): Promise<string> {
  if (isIP(host) > 0) return `${host} is an address.`
  const { address } = await lookup(host)
  return `${host} is ${address}.`
}

async function reach(settings: MysqlSettings, context: ReadContext): Promise<string> {
  const socket = await openSocket(settings, context)
  socket.destroy()
  return `${shownServer(settings)} accepts connections.`
}

async function enter(settings: MysqlSettings, context: ReadContext): Promise<string> {
  const connection = await signIn(settings, await openSocket(settings, context), context, undefined)
  connection.end()
  return `${settings.user} may sign in.`
}

async function readable({ database, user }: MysqlSettings, session: Session | null): Promise<string> {
  const tables = session === null ? [] : await listTables(session, database)
  if (tables.length > 0) return `${tables.length} tables and views can be read.`
  throw Object.assign(new Error(''), {
    errno: 1142,
    sqlMessage: `${user} may read no table or view of ${database}, or there is none; grant it: GRANT SELECT ON ${database}.*`,
  })
}
