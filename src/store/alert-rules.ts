import { type Kysely, type Selectable, sql } from 'kysely'
import type { AlertRule, AlertRuleInput } from '../contract/alert-rules.ts'
import { AtlasError } from '../core/errors.ts'
import type { AlertRulesTable } from './alert-tables.ts'
import type { Schema } from './schema.ts'

export type AlertRuleRow = Selectable<AlertRulesTable>

/** A rule as it is sent. */
export function toAlertRule({ open, ...row }: AlertRuleRow & { open: number }): AlertRule {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    options: row.options,
    severity: row.severity,
    pipelines: row.pipelines,
    datasets: row.datasets,
    channels: row.channels,
    repeatMinutes: row.repeat_minutes,
    enabled: row.enabled,
    file: row.file,
    open,
    evaluatedAt: row.evaluated_at?.toISOString() ?? null,
    evaluationError: row.evaluation_error,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at.toISOString(),
  }
}

const counted = (db: Kysely<Schema>) =>
  db
    .selectFrom('alert_rules')
    .selectAll('alert_rules')
    .select(sql<number>`(select count(*) from alerts where alerts.rule_id = alert_rules.id and alerts.state = 'open')`.as('open'))

/** Rules by name. */
export async function listAlertRules(db: Kysely<Schema>): Promise<AlertRule[]> {
  return (await counted(db).orderBy('name').orderBy('id').execute()).map(toAlertRule)
}

/** One rule. @throws AtlasError `alert.rule_not_found` */
export async function readAlertRule(db: Kysely<Schema>, id: string): Promise<AlertRule> {
  const row = await counted(db).where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw noRule(id)
  return toAlertRule(row)
}

interface By {
  by: string
  at: Date
}

/** The file of a pipeline that holds a rule. */
export interface RuleHolder {
  file: string
  pipeline: string
}

/** Adds a rule. @param holder the file that says so, of a rule that stands in one */
export async function insertAlertRule(
  db: Kysely<Schema>,
  id: string,
  input: AlertRuleInput,
  { by, at }: By,
  holder: RuleHolder | null = null,
): Promise<void> {
  await db
    .insertInto('alert_rules')
    .values({ id, ...columnsOf(input), ...holder, evaluation_error: null, updated_by: by, updated_at: at })
    .execute()
}

/** Changes a rule; what was over before its next look is not told of. @throws AtlasError `alert.rule_not_found` */
export async function changeAlertRule(db: Kysely<Schema>, id: string, input: AlertRuleInput, { by, at }: By): Promise<void> {
  await changed(db, id, {
    ...columnsOf(input),
    is_baselined: false,
    evaluated_at: null,
    evaluation_error: null,
    updated_by: by,
    updated_at: at,
  })
}

/** Enables or disables a rule; what was over while it was disabled is not told of. @throws AtlasError `alert.rule_not_found` */
export async function enableAlertRule(db: Kysely<Schema>, id: string, enabled: boolean, { by, at }: By): Promise<void> {
  await changed(db, id, { enabled, is_baselined: false, evaluated_at: null, evaluation_error: null, updated_by: by, updated_at: at })
}

/** Deletes a rule; its alerts stay, and those that are open can be resolved. @throws AtlasError `alert.rule_not_found` */
export async function deleteAlertRule(db: Kysely<Schema>, id: string): Promise<void> {
  const row = await db.deleteFrom('alert_rules').where('id', '=', id).returning('id').executeTakeFirst()
  if (row === undefined) throw noRule(id)
}

/** A rule that the file of a pipeline says, or said. */
export interface DeclaredRule {
  rule: AlertRule
  pipeline: string
}

/** Rules that files of pipelines say, or said before they were taken out of their hands, by name. */
export async function listDeclaredRules(db: Kysely<Schema>, pipeline?: string): Promise<DeclaredRule[]> {
  let query = counted(db).where('pipeline', 'is not', null).orderBy('name').orderBy('id')
  if (pipeline !== undefined) query = query.where('pipeline', '=', pipeline)
  return (await query.execute()).flatMap((row) => (row.pipeline === null ? [] : [{ rule: toAlertRule(row), pipeline: row.pipeline }]))
}

/** Gives a rule into the hands of a file. */
export async function giveAlertRule(db: Kysely<Schema>, id: string, holder: RuleHolder): Promise<void> {
  await db.updateTable('alert_rules').set(holder).where('id', '=', id).execute()
}

/** @throws AtlasError `alert.from_git` naming the file that holds the rule */
export function refuseHeldRule({ name, file }: Pick<AlertRule, 'name' | 'file'>): void {
  if (file === null) return
  throw new AtlasError('alert.from_git', `The alert rule ${name} stands in ${file}, and is changed there.`, {
    next: `Edit ${file} and run atlas apply. It can be turned off here.`,
  })
}

/** Takes a channel out of every rule that names it. */
export async function forgetChannel(db: Kysely<Schema>, channelId: string): Promise<void> {
  await sql`update alert_rules set channels = channels - ${channelId}::text where channels ? ${channelId}::text`.execute(db)
}

async function changed(db: Kysely<Schema>, id: string, change: object): Promise<void> {
  const row = await db.updateTable('alert_rules').set(change).where('id', '=', id).returning('id').executeTakeFirst()
  if (row === undefined) throw noRule(id)
}

function columnsOf(input: AlertRuleInput) {
  return {
    kind: input.kind,
    name: input.name,
    options: JSON.stringify(input.options),
    severity: input.severity,
    pipelines: JSON.stringify(input.pipelines),
    datasets: JSON.stringify(input.datasets),
    channels: JSON.stringify(input.channels),
    repeat_minutes: input.repeatMinutes,
    enabled: input.enabled,
  }
}

function noRule(id: string): AtlasError {
  return new AtlasError('alert.rule_not_found', `There is no alert rule ${id}.`)
}
