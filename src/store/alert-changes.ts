import { type Selectable, type Transaction, sql } from 'kysely'
import type { Alert, AlertChange } from '../contract/alerts.ts'
import type { AlertRuleRow } from './alert-rules.ts'
import type { AlertsTable } from './alert-tables.ts'
import type { Schema } from './schema.ts'

type Db = Transaction<Schema>

/** The first so many occurrences of an alert stand in its history; later ones are counted. */
const NOTED = 100
export type AlertRow = Selectable<AlertsTable>

/** What the newest occurrence says of an alert. */
export type AlertFacts = Pick<Alert, 'what' | 'cause' | 'next' | 'pipeline' | 'dataset' | 'runId' | 'link'>

/** Takes a rule that is to be looked at, for this transaction alone; null when another process has it, or it was disabled. */
export async function claimRule(db: Db, id: string): Promise<AlertRuleRow | null> {
  const query = db.selectFrom('alert_rules').selectAll().where('id', '=', id).where('enabled', '=', true)
  return (await query.forUpdate().skipLocked().executeTakeFirst()) ?? null
}

/** Open alerts of a rule, held for this transaction. */
export async function holdOpenAlerts(db: Db, ruleId: string): Promise<Map<string, AlertRow>> {
  const rows = await db.selectFrom('alerts').selectAll().where('rule_id', '=', ruleId).where('state', '=', 'open').forUpdate().execute()
  return new Map(rows.map((row) => [row.subject, row]))
}

/** Notes occurrences. @returns those that were not noted before */
export async function noteSeen<F extends { subject: string; key: string }>(
  db: Db,
  ruleId: string,
  found: readonly F[],
  now: Date,
): Promise<F[]> {
  if (found.length === 0) return []
  const { rows } = await sql<{ subject: string; key: string }>`
    insert into alert_seen (rule_id, subject, key, at)
    select ${ruleId}, f.subject, f.key, ${now} from unnest(${found.map(({ subject }) => subject)}::text[], ${found.map(({ key }) => key)}::text[]) as f (subject, key)
    on conflict do nothing returning subject, key`.execute(db)
  const fresh = new Set(rows.map(({ subject, key }) => JSON.stringify([subject, key])))
  return found.filter(({ subject, key }) => fresh.delete(JSON.stringify([subject, key])))
}

/** Forgets occurrences that were noted before a time, but for those that are seen still. */
export async function forgetSeen(db: Db, ruleId: string, before: Date, seen: readonly { subject: string; key: string }[]): Promise<void> {
  await sql`
    delete from alert_seen s where rule_id = ${ruleId} and at < ${before} and not exists (
      select 1 from unnest(${seen.map(({ subject }) => subject)}::text[], ${seen.map(({ key }) => key)}::text[]) as f (subject, key)
      where f.subject = s.subject and f.key = s.key)`.execute(db)
}

/** Forgets a kind of occurrence of subjects for which it is over: it is new when it comes again. */
export async function forgetEpisodes(db: Db, ruleId: string, key: string, isOver: (subject: string) => boolean): Promise<void> {
  const rows = await db.selectFrom('alert_seen').select('subject').where('rule_id', '=', ruleId).where('key', '=', key).execute()
  const over = rows.map(({ subject }) => subject).filter(isOver)
  if (over.length === 0) return
  await db.deleteFrom('alert_seen').where('rule_id', '=', ruleId).where('key', '=', key).where('subject', 'in', over).execute()
}

/** Opens an alert, and queues its messages. */
export async function openAlert(
  db: Db,
  rule: AlertRuleRow,
  alert: { id: string; subject: string; at: Date; downstream: Alert['downstream'] } & AlertFacts,
  now: Date,
): Promise<AlertRow> {
  const row = await db
    .insertInto('alerts')
    .values({
      id: alert.id,
      rule_id: rule.id,
      kind: rule.kind,
      severity: rule.severity,
      subject: alert.subject,
      state: 'open',
      ...factColumns(alert),
      downstream: JSON.stringify(alert.downstream),
      in_browser: rule.channels.includes('browser'),
      opened_at: alert.at,
      last_at: alert.at,
      told_at: now,
      owner: null,
      ended_by: null,
      note: null,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await noteChange(db, row.id, { change: 'opened', at: now }, rule.channels)
  return row
}

/** Counts one more occurrence; tells of it unless somebody has the alert, it is snoozed, or it was told of a short time ago. */
export async function countOccurrence(
  db: Db,
  rule: AlertRuleRow,
  alert: AlertRow,
  found: { at: Date } & AlertFacts,
  now: Date,
): Promise<AlertRow> {
  const sinceToldMs = now.getTime() - alert.told_at.getTime()
  // Told in the future: the clock was set back since, and how long ago it was nobody knows.
  const isDue = sinceToldMs < 0 || sinceToldMs >= rule.repeat_minutes * 60_000
  const isTold = alert.owner === null && alert.snoozed_until === null && isDue
  const row = await db
    .updateTable('alerts')
    .set({
      ...factColumns(found),
      occurrences: sql`occurrences + 1`,
      last_at: found.at > alert.last_at ? found.at : alert.last_at,
      ...(isTold ? { told_at: now } : {}),
    })
    .where('id', '=', alert.id)
    .returningAll()
    .executeTakeFirstOrThrow()
  if (isTold || row.occurrences <= NOTED) await noteChange(db, alert.id, { change: 'occurred', at: now }, isTold ? rule.channels : [])
  return row
}

/** Ends an alert because what it told of is over. */
export async function recoverAlert(db: Db, rule: AlertRuleRow, alert: AlertRow, now: Date): Promise<void> {
  await db.updateTable('alerts').set({ state: 'recovered', ended_at: now, snoozed_until: null }).where('id', '=', alert.id).execute()
  await noteChange(db, alert.id, { change: 'recovered', at: now }, rule.channels)
}

/** Ends the silence of an alert that still is open, and says so. */
export async function remindOfAlert(db: Db, rule: AlertRuleRow, alert: AlertRow, now: Date): Promise<void> {
  await db.updateTable('alerts').set({ snoozed_until: null, told_at: now }).where('id', '=', alert.id).execute()
  await noteChange(db, alert.id, { change: 'reminded', at: now }, rule.channels)
}

/** Notes a change and, in the same transaction, a message to each channel that is to hear of it. */
export async function noteChange(
  db: Db,
  alertId: string,
  change: { change: AlertChange['change']; at: Date; by?: string; note?: string },
  channels: readonly string[],
): Promise<void> {
  const { id } = await db
    .insertInto('alert_changes')
    .values({ alert_id: alertId, change: change.change, at: change.at, by: change.by ?? null, note: change.note ?? null })
    .returning('id')
    .executeTakeFirstOrThrow()
  if (channels.length === 0) return
  await sql`
    insert into alert_messages (change_id, alert_id, channel_id, at)
    select ${id}, ${alertId}, id, ${change.at} from alert_channels where id = any(${[...channels]}::text[])`.execute(db)
}

function factColumns({ what, cause, next, pipeline, dataset, runId, link }: AlertFacts) {
  return { what, cause, next, pipeline, dataset, run_id: runId, link }
}
