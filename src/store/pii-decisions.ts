import { type Kysely, sql } from 'kysely'
import type { PiiDecision, PiiTestCase } from '../contract/pii-review.ts'
import { AtlasError } from '../core/errors.ts'
import type { PiiDecisionsTable } from './pii-tables.ts'
import type { Schema } from './schema.ts'

/** What a decision is about. */
export type DecisionKey = Pick<PiiDecision, 'dataset' | 'column' | 'entity'>

/** Decisions, by dataset, column and entity. @param dataset only those of one, e.g. `chart.customers` */
export async function listDecisions(db: Kysely<Schema>, dataset?: string): Promise<PiiDecision[]> {
  let select = db.selectFrom('pii_decisions').selectAll().orderBy('dataset').orderBy('column').orderBy('entity')
  if (dataset !== undefined) select = select.where('dataset', '=', dataset)
  return (await select.execute()).map(toDecision)
}

/**
 * Keeps a decision in the place of an earlier one about the same.
 * @throws AtlasError `dataset.not_found`, `dataset.column_not_found`
 */
export async function saveDecision(db: Kysely<Schema>, decision: Omit<PiiDecision, 'at'>, at: Date): Promise<PiiDecision> {
  await requireColumn(db, decision)
  const { decision: verdict, correctedEntity, reason, by } = decision
  const values = { decision: verdict, corrected_entity: correctedEntity, reason, by, at }
  const row = await db
    .insertInto('pii_decisions')
    .values({ dataset: decision.dataset, column: decision.column, entity: decision.entity, ...values })
    .onConflict((conflict) => conflict.columns(['dataset', 'column', 'entity']).doUpdateSet(values))
    .returningAll()
    .executeTakeFirstOrThrow()
  return toDecision(row)
}

/** Takes a decision back. @throws AtlasError `pii.decision_not_found` */
export async function deleteDecision(db: Kysely<Schema>, { dataset, column, entity }: DecisionKey): Promise<PiiDecision> {
  const row = await db
    .deleteFrom('pii_decisions')
    .where('dataset', '=', dataset)
    .where('column', '=', column)
    .where('entity', '=', entity)
    .returningAll()
    .executeTakeFirst()
  if (row === undefined)
    throw new AtlasError('pii.decision_not_found', `Nothing was decided about ${entity} in ${dataset}, column ${column}.`)
  return toDecision(row)
}

/** A decision as a test case for a detector. */
export function toTestCase({ dataset, column, entity, correctedEntity, ...decision }: PiiDecision): PiiTestCase {
  const expected = decision.decision === 'dismiss' ? null : (correctedEntity ?? entity)
  const name = `${dataset}, ${column}: ${expected === null ? `no ${entity}` : expected === entity ? entity : `${expected}, not ${entity}`}`
  return { name, dataset, column, detected: entity, expected, ...decision }
}

async function requireColumn(db: Kysely<Schema>, { dataset, column }: DecisionKey): Promise<void> {
  const row = await db
    .selectFrom('datasets')
    .innerJoin('snapshots', 'snapshots.id', 'datasets.snapshot_id')
    .innerJoin('dataset_schemas', (on) =>
      on.onRef('dataset_schemas.dataset_id', '=', 'datasets.id').onRef('dataset_schemas.version', '=', 'snapshots.schema_version'),
    )
    .select(sql<string[]>`jsonb_path_query_array(dataset_schemas.columns, '$[*].name')`.as('names'))
    .where('datasets.name', '=', dataset)
    .executeTakeFirst()
  if (row === undefined) throw new AtlasError('dataset.not_found', `There is no dataset ${dataset}.`)
  if (row.names.includes(column)) return
  const known = row.names.slice(0, 20).join(', ')
  throw new AtlasError(
    'dataset.column_not_found',
    `${dataset} has no column "${column}"; it has: ${known}${row.names.length > 20 ? ', …' : ''}.`,
  )
}

type Row = { [K in keyof PiiDecisionsTable]: K extends 'at' ? Date : PiiDecisionsTable[K] }

function toDecision({ corrected_entity: correctedEntity, at, ...row }: Row): PiiDecision {
  return { ...row, correctedEntity, at: at.toISOString() }
}
