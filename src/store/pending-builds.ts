import { type Kysely, type Selectable, sql, type Transaction } from 'kysely'
import type { PendingBuildsTable } from './graph-tables.ts'
import type { Schema } from './schema.ts'

export type PendingBuild = Selectable<PendingBuildsTable>

/** One builder of the graph at a time in a database; the lock ends with the transaction. */
export async function lockGraph(db: Transaction<Schema>): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('atlas.graph'))`.execute(db)
}

export interface NewPendingBuild {
  transform: string
  datasets: string[]
  upstream: string | null
  trigger: 'dependency' | 'freshness'
}

/** A transform is to be built anew; where it is to be already, what changed is added. */
export async function addPendingBuild(db: Kysely<Schema>, build: NewPendingBuild): Promise<void> {
  await db
    .insertInto('pending_builds')
    .values({ ...build, state: 'waiting' })
    .onConflict((conflict) =>
      conflict.column('transform').doUpdateSet({
        datasets: sql`array(select distinct unnest(pending_builds.datasets || excluded.datasets) order by 1)`,
        upstream: sql`excluded.upstream`,
      }),
    )
    .execute()
}

export async function listPendingBuilds(db: Kysely<Schema>): Promise<PendingBuild[]> {
  return db.selectFrom('pending_builds').selectAll().orderBy('since').orderBy('transform').execute()
}

/** It is queued, or there is nothing to build any more. */
export async function dropPendingBuilds(db: Kysely<Schema>, transforms: readonly string[]): Promise<void> {
  if (transforms.length > 0) await db.deleteFrom('pending_builds').where('transform', 'in', transforms).execute()
}

/** Says why a transform is not built; null lets it wait for its turn again. */
export async function holdBuild(
  db: Kysely<Schema>,
  transform: string,
  held: { runId: string | null; reason: string } | null,
): Promise<void> {
  const state = { state: held === null ? 'waiting' : 'held', reason: held?.reason ?? null, held_by: held?.runId ?? null } as const
  await db
    .insertInto('pending_builds')
    .values({ transform, datasets: [], upstream: null, ...state })
    .onConflict((conflict) => conflict.column('transform').doUpdateSet(state))
    .execute()
}
