import type { AtlasError } from '../../core/errors.ts'
import type { CheckPart, ReadContext } from '../connector.ts'
import type { PostgresqlSettings } from '../postgresql.ts'
import { readTables, type Table } from './catalog.ts'
import { connect, type ConnectTimes, placeOf, type Session, throwIfCancelled } from './connect.ts'
import { isNetworkError, isTlsError, sourceError } from './source-error.ts'

/** Says part by part whether the server can be reached, signed in to and read from; the first that fails ends it. */
export async function check(settings: PostgresqlSettings, context: ReadContext): Promise<CheckPart[]> {
  const times: ConnectTimes = {}
  try {
    const session = await connect(settings, context.signal, times)
    try {
      return [...reached(settings, times, session), ...(await checkReading(settings, session))]
    } finally {
      await session.client.end().catch(() => undefined)
    }
  } catch (error) {
    throwIfCancelled(context.signal)
    const known = sourceError(error, placeOf(settings))
    return [...reached(settings, times, null), { part: failedPart(known, times), ok: false, detail: `${known.message} ${known.next}` }]
  }
}

/** The parts that went well, as far as it came. */
function reached(settings: PostgresqlSettings, times: ConnectTimes, session: Session | null): CheckPart[] {
  const parts: CheckPart[] = []
  const add = (part: CheckPart['part'], durationMs: number | undefined, detail: string) => {
    if (durationMs !== undefined) parts.push({ part, ok: true, detail, durationMs: Math.round(durationMs * 10) / 10 })
  }
  add('name', times.nameMs, `${settings.host} is known`)
  add('connection', times.connectionMs, `${placeOf(settings)} answers`)
  add('tls', times.tlsMs, 'the connection is encrypted')
  if (session !== null) {
    const version = `Postgres ${Math.floor(session.version / 10_000)}.${session.version % 10_000}`
    add(
      'sign_in',
      times.signInMs,
      `${settings.user} is signed in to ${settings.database}, ${version}${session.encrypted ? '' : ', without encryption'}`,
    )
  }
  return parts
}

function failedPart({ code, cause }: AtlasError, times: ConnectTimes): CheckPart['part'] {
  if (code === 'source.tls' || isTlsError(cause ?? {})) return 'tls'
  if (code === 'source.sign_in_failed') return 'sign_in'
  if (code === 'source.bad_settings' || code === 'source.no_streams') return 'object'
  if (code === 'source.permission_denied') return 'permission'
  if (times.nameMs === undefined || code === 'source.refused') return 'name'
  return times.connectionMs === undefined || isNetworkError(cause ?? {}) ? 'connection' : 'sign_in'
}

async function checkReading(settings: PostgresqlSettings, session: Session): Promise<CheckPart[]> {
  const started = performance.now()
  const tables = await readTables(session, settings, null)
  const took = () => Math.round(performance.now() - started)
  const readable = tables.filter((table) => table.readable)
  const where = settings.schemas === undefined ? settings.database : `the schemas ${settings.schemas.join(', ')}`
  if (tables.length === 0) return [{ part: 'object', ok: false, detail: `There is no table in ${where}.`, durationMs: took() }]
  if (readable.length === 0) {
    const detail = `${settings.user} may read none of ${tables.length} tables. Grant it: grant usage on schema ${tables[0]?.schema} and select on its tables.`
    return [{ part: 'permission', ok: false, detail, durationMs: took() }]
  }
  const writes = await writable(session, readable)
  const some = readable.length === tables.length ? `${readable.length}` : `${readable.length} of ${tables.length}`
  const note = writes === 0 ? '' : `. It may write to ${writes} of them: a user that may only read is safer`
  return [
    { part: 'permission', ok: true, detail: `${settings.user} may read ${some} tables${note}`, durationMs: took() },
    { part: 'object', ok: true, detail: `${tables.length} ${tables.length === 1 ? 'table' : 'tables'} in ${where}` },
  ]
}

async function writable({ client }: Session, tables: readonly Table[]): Promise<number> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from unnest($1::oid[]) as t (oid) where has_table_privilege(t.oid, 'insert, update, delete')`,
    [tables.map(({ oid }) => oid)],
  )
  return rows[0]?.n ?? 0
}
