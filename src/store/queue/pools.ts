import { type Kysely, sql } from 'kysely'
import { AtlasError } from '../../core/errors.ts'
import type { Schema } from '../schema.ts'

export interface PoolState {
  name: string
  size: number
  description: string
  held: { runId: string; pipeline: string; since: string }[]
  waiting: number
}

/** Pools by name, with who holds their places. */
export async function listPools(db: Kysely<Schema>, name?: string): Promise<PoolState[]> {
  const { rows } = await sql<PoolState>`
    select pools.name, size, description,
      coalesce((select jsonb_agg(jsonb_build_object('runId', run_id, 'pipeline', pipeline,
          'since', to_char(taken_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by slot)
        from leases join runs on runs.id = run_id where pool = pools.name), '[]') as held,
      (select count(*)::int from runs where state = 'queued' and pools.name = any (runs.pools)) as waiting
    from pools where ${name ?? null}::text is null or name = ${name ?? null} order by name`.execute(db)
  return rows
}

/** Makes a pool or changes it. A smaller size takes no place away; it is reached as runs end. */
export async function setPool(db: Kysely<Schema>, pool: { name: string; size: number; description: string }): Promise<PoolState> {
  const { size, description } = pool
  await db
    .insertInto('pools')
    .values(pool)
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ size, description }))
    .execute()
  await sql`select pg_notify('atlas_runs', '')`.execute(db)
  const [state] = await listPools(db, pool.name)
  if (state === undefined) throw notFound(pool.name)
  return state
}

/** Forgets a pool; runs that hold its places go on. @throws AtlasError `pool.not_found` */
export async function deletePool(db: Kysely<Schema>, name: string): Promise<void> {
  const { numDeletedRows } = await db.deleteFrom('pools').where('name', '=', name).executeTakeFirstOrThrow()
  if (numDeletedRows === 0n) throw notFound(name)
  await sql`select pg_notify('atlas_runs', '')`.execute(db)
}

function notFound(name: string): AtlasError {
  return new AtlasError('pool.not_found', `There is no pool ${name}.`)
}
