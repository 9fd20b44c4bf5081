import { type Kysely, type Selectable, sql } from 'kysely'
import type { DatasetRule, RuleVersion } from '../contract/quality-rules.ts'
import { CheckRule } from '../contract/quality.ts'
import { AtlasError } from '../core/errors.ts'
import { valueChanges } from '../core/value-changes.ts'
import type { QualityRulesTable, QualityRuleVersionsTable } from './quality-tables.ts'
import type { Schema } from './schema.ts'

/** A rule with an id: one that is stored has one. */
export type NamedRule = CheckRule & { id: string }

/** Who edits, when and why. */
export interface RuleEdit {
  by: string
  at: Date
  reason: string
}

/** Where a rule stands, and where it came from. */
export type RuleHome = { origin: 'browser'; source: null } | { origin: 'file'; source: string }

export type StoredRule = Selectable<QualityRulesTable>

/** A rule that a run measures beside the pipeline's own, and the contract file that it stands in. */
export type ActiveRule = NamedRule & Pick<StoredRule, 'origin' | 'source'>

/** The enabled rules of a dataset from its contract and from the browser. */
export async function activeRules(db: Kysely<Schema>, dataset: string): Promise<ActiveRule[]> {
  const rows = await selectStanding(db, dataset).where('enabled', '=', true).execute()
  return rows.map((row) => ({ ...toRule(row), origin: row.origin, source: row.source }))
}

/** The rules of a dataset that are stored and stand, by id. */
export async function listStoredRules(db: Kysely<Schema>, dataset: string): Promise<DatasetRule[]> {
  return (await selectStanding(db, dataset).execute()).map(toDatasetRule)
}

/** Holds the rules of a dataset until the transaction ends: edits of one dataset come one after the other. */
export async function lockRules(db: Kysely<Schema>, dataset: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('quality_rules'), hashtext(${dataset}))`.execute(db)
}

/** A stored rule with its row, whatever its origin. @param lock holds the row until the transaction ends */
export async function findRule(db: Kysely<Schema>, dataset: string, id: string, lock = false): Promise<StoredRule | null> {
  const select = db.selectFrom('quality_rules').selectAll().where('dataset', '=', dataset).where('id', '=', id)
  return (await (lock ? select.forUpdate() : select).executeTakeFirst()) ?? null
}

/**
 * Makes a rule, anew or in the place of one that was taken out, whose history it continues. To be called in a transaction.
 * @throws AtlasError `quality.rule_exists` naming who has a rule of that id
 */
export async function createRule(
  db: Kysely<Schema>,
  dataset: string,
  rule: NamedRule,
  home: RuleHome,
  edit: RuleEdit,
): Promise<DatasetRule> {
  const former = await findRule(db, dataset, rule.id, true)
  if (former?.deleted_at === null) throw ruleExists(dataset, rule.id, former)
  if (former !== null) return writeVersion(db, former, { rule, ...home, deleted_at: null }, 'restored', edit)
  const row = await db
    .insertInto('quality_rules')
    .values({
      dataset,
      id: rule.id,
      rule: JSON.stringify(rule),
      enabled: rule.enabled,
      ...home,
      version: 1,
      changed_by: edit.by,
      changed_at: edit.at,
    })
    .onConflict((conflict) => conflict.columns(['dataset', 'id']).doNothing())
    .returningAll()
    .executeTakeFirst()
  // Somebody else was first, after the look above.
  if (row === undefined) throw ruleExists(dataset, rule.id, (await findRule(db, dataset, rule.id))!)
  await insertVersion(db, row, 'created', edit, [])
  return toDatasetRule(row)
}

/**
 * Writes the next version of a stored rule. To be called in a transaction that holds the row.
 * @returns the rule as it is then
 */
export async function writeVersion(
  db: Kysely<Schema>,
  former: StoredRule,
  next: { rule: NamedRule; deleted_at: Date | null } & RuleHome,
  change: RuleVersion['change'],
  edit: RuleEdit,
): Promise<DatasetRule> {
  const { rule, ...home } = next
  const row = await db
    .updateTable('quality_rules')
    .set({
      ...home,
      rule: JSON.stringify(rule),
      enabled: rule.enabled,
      version: former.version + 1,
      changed_by: edit.by,
      changed_at: edit.at,
    })
    .where('dataset', '=', former.dataset)
    .where('id', '=', former.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  await insertVersion(db, row, change, edit, valueChanges(toRule(former), rule))
  return toDatasetRule(row)
}

/** Every version of a rule, the newest first. @throws AtlasError `quality.rule_not_found` */
export async function ruleHistory(db: Kysely<Schema>, dataset: string, id: string): Promise<RuleVersion[]> {
  const rows = await db
    .selectFrom('quality_rule_versions')
    .selectAll()
    .where('dataset', '=', dataset)
    .where('id', '=', id)
    .orderBy('version', 'desc')
    .execute()
  if (rows.length === 0) throw noRule(dataset, id)
  return rows.map(toVersion)
}

export function noRule(dataset: string, id: string): AtlasError {
  return new AtlasError('quality.rule_not_found', `${dataset} has no stored rule "${id}".`)
}

/** Stored rules that stand: not taken out. */
export function selectStanding(db: Kysely<Schema>, dataset: string) {
  return db.selectFrom('quality_rules').selectAll().where('dataset', '=', dataset).where('deleted_at', 'is', null).orderBy('id')
}

/** The rule of a row, with the defaults of options that came later. */
export function toRule({ id, rule }: Pick<StoredRule, 'id' | 'rule'>): NamedRule {
  return { ...CheckRule.parse(rule), id }
}

/** For an id that is taken. @param holder where the rule stands that has it */
export function ruleExists(dataset: string, id: string, holder: { origin: string; source: string | null }): AtlasError {
  return new AtlasError('quality.rule_exists', `${dataset} has a rule "${id}" already, ${placeOf(holder)}.`)
}

/** Where a rule stands, in words. */
export function placeOf({ origin, source }: { origin: string; source: string | null }): string {
  if (origin === 'file') return `in the contract file ${source ?? '?'}`
  return origin === 'pipeline' ? `in the pipeline ${source ?? '?'}` : 'made in the browser'
}

async function insertVersion(
  db: Kysely<Schema>,
  row: StoredRule,
  change: RuleVersion['change'],
  { by, at, reason }: RuleEdit,
  changes: RuleVersion['changes'],
): Promise<void> {
  const { dataset, id, version, origin, source, rule } = row
  await db
    .insertInto('quality_rule_versions')
    .values({ dataset, id, version, origin, source, change, by, at, reason, rule: JSON.stringify(rule), changes: JSON.stringify(changes) })
    .execute()
}

export function toDatasetRule(row: StoredRule): DatasetRule {
  const { dataset, id, origin, source, version } = row
  const changed = { changedBy: row.changed_by, changedAt: row.changed_at.toISOString() }
  return { dataset, id, rule: toRule(row), origin, source, editable: origin === 'browser', version, ...changed }
}

function toVersion(row: Selectable<QualityRuleVersionsTable>): RuleVersion {
  const { version, change, origin, source, by, reason, changes } = row
  return { version, change, rule: toRule(row), origin, source, by, at: row.at.toISOString(), reason, changes }
}
