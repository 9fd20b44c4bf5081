import { AtlasError } from '../../core/errors.ts'
import type { PostgresqlSettings } from '../postgresql.ts'
import { type Activity, seeActivity, seeOthers } from './activity.ts'
import { connect, hangUp, placeOf, type Session, throwIfCancelled } from './connect.ts'
import { sourceError } from './source-error.ts'

/** What all reads of one run see: the database at one moment. */
export interface Snapshot {
  /** By which other sessions take part in it. */
  id: string
  /** As `pg_current_snapshot()` prints it: xmin:xmax:xip_list. */
  text: string
  /** Counts up when a new snapshot had to be taken because the old one was lost. */
  generation: number
  activity: Activity
}

/** A session inside of the shared snapshot, read-only. */
export interface Reading extends Session {
  snapshot: Snapshot
}

export interface SnapshotSource {
  parallel: number
  /**
   * A session in the snapshot for one stream's read; give it back with `release`.
   * @throws AtlasError `source.*`, `run.cancelled`
   */
  acquire(signal: AbortSignal): Promise<Reading>
  /** @param usable false when its transaction failed: it is hung up */
  release(reading: Reading, usable: boolean): void
  /** Asks the server to stop what the session is doing, and hangs up. */
  stop(reading: Reading): void
  close(): Promise<void>
}

interface Exporter {
  session: Session
  snapshot: Snapshot
}

const BEGIN = 'begin isolation level repeatable read read only'
/** The snapshot is gone: its session ended, or the server does not know its name. */
const LOST = new Set(['22023', '42704', '55000', '58P01'])

/**
 * Opens one snapshot that any number of sessions read in, one session holding it.
 * @throws AtlasError `source.*`, `run.cancelled`
 */
export async function openSnapshot(settings: PostgresqlSettings, signal: AbortSignal): Promise<SnapshotSource> {
  let exporter: Promise<Exporter> | null = null
  let generation = 0
  const idle: Reading[] = []
  const open = new Set<Session>()

  const begin = async (): Promise<Exporter> => {
    const session = await connect(settings, signal)
    open.add(session)
    try {
      const own = [...open].map(({ pid }) => pid)
      const before = await seeOthers(session, own)
      await session.client.query(BEGIN)
      const { rows } = await session.client.query<{ id: string; text: string }>(
        'select pg_export_snapshot() as id, pg_current_snapshot()::text as text',
      )
      const [row] = rows
      if (row === undefined) throw new AtlasError('source.unexpected_answer', `${placeOf(settings)} gave no snapshot.`)
      const activity = await seeActivity(session, own, before, row.text)
      return { session, snapshot: { ...row, generation: ++generation, activity } }
    } catch (error) {
      drop(session)
      throw sourceError(error, placeOf(settings))
    }
  }
  const drop = (session: Session): void => {
    open.delete(session)
    hangUp(session)
  }
  const current = (): Promise<Exporter> => (exporter ??= begin())
  const renew = async (lost: Exporter): Promise<void> => {
    if ((await exporter) !== lost) return
    exporter = null
    drop(lost.session)
    for (const reading of idle.splice(0)) drop(reading)
  }
  const join = async (from: Exporter, stop: AbortSignal): Promise<Reading | null> => {
    const session = await connect(settings, stop)
    open.add(session)
    try {
      await session.client.query(BEGIN)
      await session.client.query(`set transaction snapshot '${from.snapshot.id}'`)
      return { ...session, snapshot: from.snapshot }
    } catch (error) {
      drop(session)
      if (LOST.has(String((error as { code?: unknown }).code))) return null
      throw sourceError(error, placeOf(settings))
    }
  }

  try {
    await current()
  } catch (error) {
    exporter = null
    throw error
  }
  return {
    parallel: Math.min(2, settings.maxConnections - 1),
    async acquire(stop) {
      for (let attempt = 1; ; attempt++) {
        throwIfCancelled(stop)
        const from = await current()
        const spare = idle.pop()
        if (spare !== undefined) return spare
        const reading = await join(from, stop)
        if (reading !== null) return reading
        await renew(from)
        if (attempt === 3)
          throw new AtlasError('source.changed', `${placeOf(settings)} does not keep a snapshot long enough to read from it.`)
      }
    },
    release(reading, usable) {
      if (usable) idle.push(reading)
      else drop(reading)
    },
    stop(reading) {
      // Through the session that holds the snapshot, as a server that is sorting does not notice that nobody listens any more.
      void exporter?.then(({ session }) => session.client.query('select pg_cancel_backend($1)', [reading.pid])).catch(() => undefined)
      drop(reading)
    },
    async close() {
      const holder = await exporter?.catch(() => null)
      for (const reading of idle.splice(0)) await leave(reading)
      if (holder !== null && holder !== undefined && open.has(holder.session)) await leave(holder.session)
      for (const session of open) hangUp(session)
      open.clear()
    },
  }

  /** In order, so that the server logs no lost connection; a server that does not answer is not waited for. */
  async function leave(session: Session): Promise<void> {
    open.delete(session)
    const late = setTimeout(() => hangUp(session), 2_000)
    await session.client.end().catch(() => undefined)
    clearTimeout(late)
  }
}
