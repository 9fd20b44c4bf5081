import type { Session } from './connect.ts'

/** What else was going on in the database around the moment of a snapshot: what may become visible late. */
export interface Activity {
  /** The server's clock just before the snapshot, and just after it. */
  before: string
  after: string
  /** Begin of the oldest transaction of somebody else that was open; null when none was, or when it cannot be seen. */
  oldest: string | null
  /** Whether somebody else's transaction was open, as far as can be seen. */
  open: boolean
  /** Whether some of it cannot be seen: other users' sessions without pg_read_all_stats, the primary of a standby. */
  hidden: boolean
  /** Transactions that had begun to write in this database and that the snapshot does not see. `relations` null: not known which tables. */
  writers: { transaction: string; relations: number[] | null }[]
}

interface Seen {
  at: string
  oldest: string | null
  open: boolean
  hidden: boolean
  standby: boolean
}

/** Sessions of this reader only look. Prepared transactions have no session. */
const SEEN = `
  with others as (
    select xact_start, state is null as hidden from pg_catalog.pg_stat_activity
      where datname = current_database() and backend_type = 'client backend' and pid <> all($1)
    union all select prepared, false from pg_catalog.pg_prepared_xacts where database = current_database()
  ) select clock_timestamp()::text as at, min(xact_start)::text as oldest, coalesce(bool_or(xact_start is not null), false) as open,
      coalesce(bool_or(hidden), false) as hidden, pg_is_in_recovery() as standby from others`

/** A transaction that writes a table holds a lock on it until its end, which everybody may see. One that has ended meanwhile is not found any more. */
const WRITERS = `
  with held as (select * from pg_catalog.pg_locks where granted)
  select x.number::text as transaction, case when owner.virtualtransaction is not null then array(
      select r.relation::bigint::float8 from held r where r.virtualtransaction = owner.virtualtransaction and r.locktype = 'relation'
        and r.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')) end as relations
  from unnest($1::xid8[]) as x (number)
    left join held owner on owner.locktype = 'transactionid' and owner.mode = 'ExclusiveLock' and owner.transactionid = x.number::xid
    left join pg_catalog.pg_stat_activity a on a.pid = owner.pid
  where a.datname is null or a.datname = current_database()`

/** To be called before the snapshot is taken. @param own sessions that are not somebody else's */
export async function seeOthers({ client }: Session, own: readonly number[]): Promise<Seen> {
  const { rows } = await client.query<Seen>(SEEN, [own])
  const [seen] = rows
  if (seen === undefined) throw new Error('the server says nothing about its sessions')
  return seen
}

/**
 * To be called just after the snapshot, with what `seeOthers` gave just before: between the two nothing slips through.
 * @param snapshot as `pg_current_snapshot()` prints it
 */
export async function seeActivity(session: Session, own: readonly number[], before: Seen, snapshot: string): Promise<Activity> {
  const after = await seeOthers(session, own)
  const [, , list = ''] = snapshot.split(':')
  const unseen = list === '' ? [] : list.split(',')
  const writers = unseen.length === 0 ? [] : (await session.client.query<Activity['writers'][number]>(WRITERS, [unseen])).rows
  const oldest = [before.oldest, after.oldest].filter((one) => one !== null).sort()[0] ?? null
  return {
    before: before.at,
    after: after.at,
    oldest,
    open: before.open || after.open || before.standby,
    hidden: before.hidden || after.hidden || before.standby,
    writers: before.standby ? unseen.map((transaction) => ({ transaction, relations: null })) : writers,
  }
}
