import { randomBytes } from 'node:crypto'
import { sql } from 'kysely'
import { AlertChannelInput } from '../../src/contract/alert-channels.ts'
import { AlertRuleInput } from '../../src/contract/alert-rules.ts'
import type { DeliveryOptions } from '../../src/ops/alerts/deliver-alerts.ts'
import { formDeliveries, sendDue } from '../../src/ops/alerts/deliver-alerts.ts'
import { evaluateRules, type EvaluationOptions } from '../../src/ops/alerts/evaluate-rules.ts'
import { insertChannel } from '../../src/store/alert-channels.ts'
import { insertAlertRule } from '../../src/store/alert-rules.ts'
import { createTestDatabase, type TestDatabase } from './postgres.ts'

export interface AlertWorld {
  database: TestDatabase
  /** What went wrong inside. */
  errors: unknown[]
  /** Sets the clock on, or back. */
  advance(ms: number): void
  now(): Date
  setFree(bytes: number): void
  options: EvaluationOptions & DeliveryOptions
  look(): Promise<void>
  /** Forms and sends what is ripe. */
  deliver(part?: Partial<DeliveryOptions>): Promise<number>
  rule(id: string, part: Partial<AlertRuleInput> & Pick<AlertRuleInput, 'kind'>): Promise<void>
  webhook(id: string, url: string, part?: Partial<AlertChannelInput>): Promise<void>
  /** A run that has ended, so many minutes ago by the clock. */
  run(id: string, pipeline: string, state: string, minutesAgo?: number, code?: string): Promise<void>
  alerts(): Promise<{ subject: string; state: string; occurrences: number; changes: string[] }[]>
  reset(): Promise<void>
}

/** A store and a clock for alerts; rules that exist from the start are taken out. */
export async function openAlertWorld(): Promise<AlertWorld> {
  const database = await createTestDatabase()
  const { db } = database
  const errors: unknown[] = []
  let ahead = 0
  let free = 1e12
  const now = () => new Date(Date.now() + ahead)
  const options = {
    db,
    random: (bytes: number) => randomBytes(bytes),
    host: 'machine-a',
    freeBytes: async () => free,
    clock: async () => now(),
    secrets: { openSettings: async (settings: Record<string, unknown>) => settings },
    baseUrl: 'https://atlas.example.com',
    timeZone: 'Europe/Copenhagen',
    environment: null,
    onError: (error: unknown) => errors.push(error),
  }
  const by = () => ({ by: 'test', at: now() })
  return {
    database,
    errors,
    advance: (ms) => (ahead += ms),
    now,
    setFree: (bytes) => (free = bytes),
    options,
    look: async () => void (await evaluateRules(options)),
    deliver: async (part = {}) => {
      await formDeliveries({ ...options, ...part })
      return sendDue({ ...options, ...part })
    },
    rule: (id, part) => insertAlertRule(db, id, AlertRuleInput.parse({ name: id, ...part }), by()),
    webhook: async (id, url, part = {}) => {
      const { kind, ...channel } = AlertChannelInput.parse({
        name: id,
        kind: 'webhook',
        settings: { url, secret: 'sixteen-letters-x' },
        ...part,
      })
      await insertChannel(db, { ...channel, id, kind, secretsSetAt: {} }, by())
    },
    run: async (id, pipeline, state, minutesAgo = 0, code = 'source.unreachable') => {
      const at = new Date(now().getTime() - minutesAgo * 60_000)
      const error =
        state === 'succeeded'
          ? null
          : JSON.stringify({ code, title: 't', detail: 'secret detail', next: 'Mend it.', status: 502, retry: true, type: 'x' })
      await sql`
        insert into runs (id, pipeline, definition, state, trigger, requested_by, working_folder, queued_at, finished_at, error)
        values (${id}, ${pipeline}, '{}', ${state}, 'api', 'test', '/', ${at}, ${state === 'running' ? null : at}, ${error})`.execute(db)
    },
    alerts: async () => {
      const { rows } = await sql<{ subject: string; state: string; occurrences: number; changes: string[] }>`
        select subject, state, occurrences, (select array_agg(change order by id) from alert_changes c where c.alert_id = alerts.id) as changes
        from alerts order by opened_at, id`.execute(db)
      return rows
    },
    reset: async () => {
      ahead = 0
      free = 1e12
      errors.length = 0
      await sql`truncate alerts, alert_leases, alert_rules, alert_channels, runs, schedules, datasets, freshness_targets, api_tokens, sources, schema_changes cascade`.execute(
        db,
      )
    },
  }
}
