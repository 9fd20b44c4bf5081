import type { Kysely } from 'kysely'
import type { AuditEntry } from '../contract/access.ts'
import type { Schema } from './schema.ts'

/** What the audit records. */
export type AuditAction =
  | 'sign_in'
  | 'sign_in.failed'
  | 'sign_out'
  | 'password.changed'
  | 'user.created'
  | 'user.changed'
  | 'token.created'
  | 'token.revoked'
  | 'dataset.exported'
  | 'dataset.raw_read'
  | 'quarantine.raw_read'
  | 'quarantine.previewed'
  | 'quarantine.replayed'
  | 'quarantine.discarded'
  | 'sql.raw_read'
  | 'upload.created'
  | 'upload.deleted'
  | 'run.started'
  | 'run.cancelled'
  | 'run.retried'
  | 'run.settled'
  | 'pool.changed'
  | 'pool.deleted'
  | 'transform.changed'
  | 'transform.deleted'
  | 'transform.run'
  | 'pii.decided'
  | 'pii.decision_withdrawn'
  | 'pii.decisions_exported'
  | 'pii.revealed'
  | 'pipeline.changed'
  | 'pipeline.deleted'
  | 'pipeline.paused'
  | 'pipeline.resumed'
  | 'pipeline.released'
  | 'pipeline.restored'
  | 'pipelines.applied'
  | 'trigger.created'
  | 'trigger.paused'
  | 'trigger.resumed'
  | 'trigger.deleted'
  | 'trigger.fired'
  | 'trigger.secret_renewed'
  | 'backfill.started'
  | 'backfill.cancelled'
  | 'freshness.set'
  | 'freshness.removed'
  | 'schedule.created'
  | 'schedule.changed'
  | 'schedule.paused'
  | 'schedule.resumed'
  | 'schedule.deleted'
  | 'alert.taken'
  | 'alert.snoozed'
  | 'alert.resolved'
  | 'alert_rule.created'
  | 'alert_rule.changed'
  | 'alert_rule.enabled'
  | 'alert_rule.disabled'
  | 'alert_rule.deleted'
  | 'alert_channel.created'
  | 'alert_channel.changed'
  | 'alert_channel.tested'
  | 'alert_channel.deleted'
  | 'quality.expected'
  | 'quality.expected_withdrawn'
  | 'quality.rule_changed'
  | 'quality.contract_applied'
  | 'quality.contract_removed'
  | 'secrets.rotated'
  | 'source.changed'
  | 'source.created'
  | 'source.deleted'
  | 'source.previewed'
  | 'source.synced'
  | 'source.tested'
  | 'source.read'

export interface AuditRecord {
  /** Who: an e-mail, `token:<name>`, `cli`, or `anonymous`. */
  actor: string
  action: AuditAction
  target?: string | null
  /** Never a secret and never a value from a row. */
  detail?: Record<string, unknown>
  address?: string | null
}

/** Writes one audit row. Reads that must be audited write it before the first byte leaves. */
export async function writeAudit(db: Kysely<Schema>, record: AuditRecord): Promise<void> {
  await db
    .insertInto('audit')
    .values({
      actor: record.actor,
      action: record.action,
      target: record.target ?? null,
      detail: JSON.stringify(record.detail ?? {}),
      address: record.address ?? null,
    })
    .execute()
}

/** Audit entries, newest first. @param query.before only entries with a lower id */
export async function listAudit(db: Kysely<Schema>, query: { before?: number; action?: string; limit: number }): Promise<AuditEntry[]> {
  let select = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(query.limit)
  if (query.before !== undefined) select = select.where('id', '<', query.before)
  if (query.action !== undefined) select = select.where('action', '=', query.action)
  const rows = await select.execute()
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}
