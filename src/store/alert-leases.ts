import { type Kysely, sql } from 'kysely'
import type { Schema } from './schema.ts'

/** A process that can look at alert rules and send messages. */
export interface LeaseHolder {
  /** Of this process alone. */
  id: string
  /** As people read it. */
  process: string
  /** A living holder of a lower rank gives way. */
  rank: number
}

/** A lease that this process holds now. */
export interface HeldLease {
  name: string
  /** How often other processes have asked for a look. */
  asked: number
}

/** The lease of who looks at rules and sends messages. */
export const LEADER = 'alerts'

/** A process that gives no sign of life for so long has lost its leases, by the clock of the database. */
export const LEASE_S = 12

/**
 * Takes leases that are free, or keeps those that this process has. One whose holder died or is frozen is free once it is over; so is one that ends further
 * in the future than any lease does, because the clock was set back since.
 * @returns those of the names that this process holds now
 */
export async function takeLeases(db: Kysely<Schema>, names: readonly string[], { id, process, rank }: LeaseHolder): Promise<HeldLease[]> {
  const { rows } = await sql<HeldLease>`
    insert into alert_leases as l (name, holder, process, rank, since, leased_until)
    select name, ${id}, ${process}, ${rank}::integer, clock_timestamp(), clock_timestamp() + ${LEASE_S} * interval '1 second'
    from unnest(${[...names]}::text[]) as name
    -- Who would not get it does not touch the row.
    where not exists (select from alert_leases h where h.name = name.name and not ${takeable('h', { id, rank })})
    on conflict (name) do update set holder = excluded.holder, process = excluded.process, rank = excluded.rank, leased_until = excluded.leased_until,
      since = case when l.holder = excluded.holder then l.since else excluded.since end
    where ${takeable('l', { id, rank })}
    returning name, asked`.execute(db)
  return rows
}

function takeable(table: 'h' | 'l', { id, rank }: Pick<LeaseHolder, 'id' | 'rank'>) {
  const of = sql.table(table)
  return sql<boolean>`(${of}.holder = ${id} or ${of}.rank < ${rank}::integer or ${of}.leased_until <= clock_timestamp()
    or ${of}.leased_until > clock_timestamp() + ${LEASE_S} * interval '1 second')`
}

/** Lets go of all leases of a process that ends, so that another takes them at once. */
export async function releaseLeases(db: Kysely<Schema>, id: string): Promise<void> {
  await db.deleteFrom('alert_leases').where('holder', '=', id).execute()
}

/** Asks the process that leads for a look: something happened in another. */
export async function askLeader(db: Kysely<Schema>): Promise<void> {
  await db
    .updateTable('alert_leases')
    .set({ asked: sql`asked + 1` })
    .where('name', '=', LEADER)
    .execute()
}

/** The process that leads; null when none does. */
export async function readLeader(db: Kysely<Schema>): Promise<string | null> {
  const row = await db
    .selectFrom('alert_leases')
    .select('process')
    .where('name', '=', LEADER)
    .where('leased_until', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst()
  return row?.process ?? null
}
