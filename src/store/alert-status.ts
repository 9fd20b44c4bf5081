import { type Kysely, sql } from 'kysely'
import type { AlertStatus } from '../contract/alerts.ts'
import { readLeader } from './alert-leases.ts'
import { databaseNow } from './database-clock.ts'
import type { Schema } from './schema.ts'

/** Rules are looked at every 30 s; after four times that nobody may say that all is well. */
const DOWN_AFTER_MS = 120_000

/** How many alerts are open, and whether that can be believed. @param clock the database's unless told */
export async function readAlertStatus(db: Kysely<Schema>, clock = databaseNow): Promise<AlertStatus> {
  const now = await clock(db)
  const rules = await db
    .selectFrom('alert_rules')
    .select(['id', 'name', 'evaluated_at', 'evaluation_error'])
    .where('enabled', '=', true)
    .execute()
  const { rows } = await sql<{ open: number; shown: number; undelivered: number }>`
    select count(*) as open, count(*) filter (where in_browser and owner is null and snoozed_until is null) as shown, (
      select count(*) from alert_deliveries
      where state = 'waiting' and attempts > 0 or state = 'gave_up' and tried_at > ${now}::timestamptz - interval '1 day') as undelivered
    from alerts where state = 'open'`.execute(db)
  const figures = rows[0]!
  return {
    open: figures.open,
    shown: figures.shown,
    undelivered: figures.undelivered,
    evaluator: { ...evaluatorOf(rules, now), by: await readLeader(db) },
    now: now.toISOString(),
  }
}

interface LookedAt {
  id: string
  name: string
  evaluated_at: Date | null
  evaluation_error: string | null
}

function evaluatorOf(rules: readonly LookedAt[], now: Date): Omit<AlertStatus['evaluator'], 'by'> {
  const late = (at: Date | null): boolean => at === null || Math.abs(now.getTime() - at.getTime()) > DOWN_AFTER_MS
  const failing = rules
    .filter((rule) => rule.evaluation_error !== null || late(rule.evaluated_at))
    .map((rule) => ({
      ruleId: rule.id,
      name: rule.name,
      code: rule.evaluation_error ?? 'not_looked_at',
      lastAt: rule.evaluated_at?.toISOString() ?? null,
    }))
  const times = rules.flatMap(({ evaluated_at: at }) => (at === null ? [] : [at.getTime()]))
  const lastAt = times.length === 0 ? null : new Date(Math.min(...times)).toISOString()
  return { state: stateOf(rules, failing.length, lastAt), lastAt, failing }
}

function stateOf(rules: readonly LookedAt[], failing: number, lastAt: string | null): AlertStatus['evaluator']['state'] {
  if (rules.length === 0) return 'off'
  if (lastAt === null) return 'never'
  if (failing === 0) return 'up'
  return failing === rules.length ? 'down' : 'partial'
}
