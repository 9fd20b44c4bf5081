import { type Kysely, sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import { AtlasError } from '../core/errors.ts'
import { type DatabaseAddress, openDatabase } from './database.ts'
import * as foundation from './migrations/0001-foundation.ts'
import * as sources from './migrations/0002-sources.ts'
import * as piiDecisions from './migrations/0003-pii-decisions.ts'
import * as qualityRules from './migrations/0004-quality-rules.ts'
import * as qualityHistory from './migrations/0005-quality-history.ts'
import * as quarantineWork from './migrations/0006-quarantine-work.ts'
import * as qualityStates from './migrations/0007-quality-states.ts'
import * as schedules from './migrations/0008-schedules.ts'
import * as queue from './migrations/0009-queue.ts'
import * as graph from './migrations/0010-graph.ts'
import * as pipelinesAsCode from './migrations/0011-pipelines-as-code.ts'
import * as alerts from './migrations/0012-alerts.ts'
import * as attempts from './migrations/0013-attempts.ts'
import * as claims from './migrations/0014-claims.ts'
import * as lakePlace from './migrations/0015-lake-place.ts'
import * as quarantineFates from './migrations/0016-quarantine-fates.ts'
import * as partitionsInBulk from './migrations/0017-partitions-in-bulk.ts'
import * as declaredWithPipelines from './migrations/0018-declared-with-pipelines.ts'
import * as quarantineReadAgain from './migrations/0019-quarantine-read-again.ts'
import * as alertLeases from './migrations/0020-alert-leases.ts'
import * as credentialEnds from './migrations/0021-credential-ends.ts'
import * as claimsOfOwn from './migrations/0022-claims-of-own.ts'
import type { Schema } from './schema.ts'

/** Every migration, by name; run in the order of the names. A migration that has been released is never changed. */
export const migrations: Readonly<Record<string, Migration>> = {
  '0001-foundation': foundation,
  '0002-sources': sources,
  '0003-pii-decisions': piiDecisions,
  '0004-quality-rules': qualityRules,
  '0005-quality-history': qualityHistory,
  '0006-quarantine-work': quarantineWork,
  '0007-quality-states': qualityStates,
  '0008-schedules': schedules,
  '0009-queue': queue,
  '0010-graph': graph,
  '0011-pipelines-as-code': pipelinesAsCode,
  '0012-alerts': alerts,
  '0013-attempts': attempts,
  '0014-claims': claims,
  '0015-lake-place': lakePlace,
  '0016-quarantine-fates': quarantineFates,
  '0017-partitions-in-bulk': partitionsInBulk,
  '0018-declared-with-pipelines': declaredWithPipelines,
  '0019-quarantine-read-again': quarantineReadAgain,
  '0020-alert-leases': alertLeases,
  '0021-credential-ends': credentialEnds,
  '0022-claims-of-own': claimsOfOwn,
}

const TABLE = 'atlas_migrations'
const INSUFFICIENT_PRIVILEGE = '42501'

/**
 * Brings the database to the newest migration, all in one transaction under an advisory lock, so that two Atlases may start at once.
 * Two short queries when there is nothing to do.
 * @returns the names of the migrations that were run
 * @throws AtlasError `store.newer` when the database has a migration that this Atlas does not know; `store.not_allowed`; `store.unreachable`
 */
export async function migrate(db: Kysely<Schema>, address: DatabaseAddress, known = migrations): Promise<string[]> {
  const done = await appliedMigrations(db)
  refuseNewer(done, known)
  if (Object.keys(known).every((name) => done.includes(name))) return []
  // A connection of its own: a migration may take longer than any other statement is given.
  const { db: patient, close } = openDatabase(address, { poolSize: 2, statementTimeoutMs: 0 })
  try {
    return await runMigrations(patient, known)
  } finally {
    await close()
  }
}

async function runMigrations(db: Kysely<Schema>, known: Readonly<Record<string, Migration>>): Promise<string[]> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...known }) },
    migrationTableName: TABLE,
    migrationLockTableName: `${TABLE}_lock`,
  })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error === undefined) return results.map(({ migrationName }) => migrationName)
  // A newer Atlas may have been first while this one waited for the lock.
  refuseNewer(await appliedMigrations(db), known)
  if ((error as { code?: string }).code === INSUFFICIENT_PRIVILEGE)
    throw new AtlasError('store.not_allowed', `The database refused to make a table: ${(error as Error).message}.`, { cause: error })
  throw error instanceof Error ? error : new Error('the migration failed', { cause: error })
}

/** Asks first whether the table is there: a query that fails would stand in the database's log as an error. */
async function appliedMigrations(db: Kysely<Schema>): Promise<string[]> {
  const { rows: tables } = await sql<{ found: boolean }>`select to_regclass(${TABLE}) is not null as found`.execute(db)
  if (!tables[0]?.found) return []
  const { rows } = await sql<{ name: string }>`select name from ${sql.table(TABLE)} order by name`.execute(db)
  return rows.map(({ name }) => name)
}

function refuseNewer(done: string[], known: Readonly<Record<string, Migration>>): void {
  const unknown = done.filter((name) => !(name in known))
  if (unknown.length === 0) return
  const newest = Object.keys(known).toSorted().at(-1)
  throw new AtlasError('store.newer', `The database is at ${unknown.at(-1)}; this Atlas knows no further than ${newest}.`)
}
