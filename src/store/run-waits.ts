import { type Kysely, sql } from 'kysely'
import type { RunWait } from '../contract/runs.ts'
import type { RunRow } from './runs.ts'
import type { Schema } from './schema.ts'

/** A worker that was silent for so long is not counted on. */
const ALIVE = sql`interval '15 seconds'`

/** What a queued run waits for now, the most telling first; empty when it is about to begin. */
export async function readWaits(db: Kysely<Schema>, run: RunRow): Promise<RunWait[]> {
  const [time, pipeline, pools, worker, turn] = await Promise.all([
    waitsForTime(db, run),
    waitsForPipeline(db, run),
    waitsForPools(db, run),
    waitsForWorker(db, run),
    waitsForTurn(db, run),
  ])
  return [...time, ...pipeline, ...pools, ...worker, ...turn]
}

async function waitsForTime(db: Kysely<Schema>, run: RunRow): Promise<RunWait[]> {
  const row = await db
    .selectFrom('runs')
    .select('not_before')
    .where('id', '=', run.id)
    .where('not_before', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst()
  return row?.not_before == null ? [] : [{ for: 'time', until: row.not_before.toISOString() }]
}

async function waitsForPipeline(db: Kysely<Schema>, run: RunRow): Promise<RunWait[]> {
  if (run.definition.overlap === 'allow') return []
  const row = await db
    .selectFrom('runs')
    .select('id')
    .where('pipeline', '=', run.pipeline)
    .where('kind', '=', run.kind)
    .where('state', '=', 'running')
    .executeTakeFirst()
  return row === undefined ? [] : [{ for: 'pipeline', runId: row.id }]
}

async function waitsForPools(db: Kysely<Schema>, run: RunRow): Promise<RunWait[]> {
  if (run.pools.length === 0) return []
  const rows = await db
    .selectFrom('pools')
    .select(['name', 'size'])
    .where('name', 'in', run.pools)
    .where('size', '<=', sql<number>`(select count(*) from leases where leases.pool = pools.name)`)
    .orderBy('name')
    .execute()
  return rows.map(({ name, size }) => ({ for: 'pool', pool: name, size }))
}

async function waitsForWorker(db: Kysely<Schema>, run: RunRow): Promise<RunWait[]> {
  const { alive, places } = await db
    .selectFrom('workers')
    .select(({ fn }) => [fn.countAll<number>().as('alive'), fn.coalesce(fn.sum<number>('concurrency'), sql<number>`0`).as('places')])
    .where('state', '=', 'active')
    .where('heartbeat_at', '>', sql<Date>`clock_timestamp() - ${ALIVE}`)
    .$if(run.home_id !== null, (query) => query.where('home_id', '=', run.home_id))
    .executeTakeFirstOrThrow()
  const { going } = await db
    .selectFrom('runs')
    .select(({ fn }) => fn.countAll<number>().as('going'))
    .where('state', '=', 'running')
    .executeTakeFirstOrThrow()
  return Number(places) > Number(going) ? [] : [{ for: 'worker', alive: Number(alive), ofItsHome: run.home_id !== null }]
}

async function waitsForTurn(db: Kysely<Schema>, run: RunRow): Promise<RunWait[]> {
  const { ahead } = await db
    .selectFrom('runs')
    .select(({ fn }) => fn.countAll<number>().as('ahead'))
    .where('state', '=', 'queued')
    .where('id', '<>', run.id)
    .where((eb) => eb.or([eb('not_before', 'is', null), eb('not_before', '<=', sql<Date>`clock_timestamp()`)]))
    .where(sql<boolean>`(-priority, turn, queued_at, id) < (select -priority, turn, queued_at, id from runs where id = ${run.id})`)
    .executeTakeFirstOrThrow()
  return Number(ahead) === 0 ? [] : [{ for: 'turn', ahead: Number(ahead) }]
}
