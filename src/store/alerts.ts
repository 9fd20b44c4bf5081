import { type Kysely, type Selectable, sql } from 'kysely'
import type { AlertSeverity } from '../contract/alert-rules.ts'
import type { Alert, AlertDelivery, AlertDetail } from '../contract/alerts.ts'
import { AtlasError } from '../core/errors.ts'
import type { AlertRow } from './alert-changes.ts'
import type { AlertDeliveriesTable } from './alert-tables.ts'
import type { Schema } from './schema.ts'

/** An alert as it is sent. */
export function toAlert(row: AlertRow): Alert {
  return {
    id: row.id,
    ruleId: row.rule_id,
    kind: row.kind,
    severity: row.severity,
    state: row.state,
    what: row.what,
    cause: row.cause,
    next: row.next,
    pipeline: row.pipeline,
    dataset: row.dataset,
    runId: row.run_id,
    link: row.link,
    openedAt: row.opened_at.toISOString(),
    lastAt: row.last_at.toISOString(),
    count: row.occurrences,
    owner: row.owner,
    takenAt: row.taken_at?.toISOString() ?? null,
    snoozedUntil: row.snoozed_until?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    endedBy: row.ended_by,
    note: row.note,
    downstream: row.downstream,
  }
}

export interface AlertFilter {
  state: 'open' | 'history'
  severity?: AlertSeverity | undefined
  pipeline?: string | undefined
  dataset?: string | undefined
  after?: string | undefined
  limit: number
}

const RANK = sql<number>`case severity when 'critical' then 0 when 'warning' then 1 else 2 end`

/** Open alerts, the worst first and of one severity those of one cause together; or those that are over, the newest first. */
export async function listAlerts(db: Kysely<Schema>, filter: AlertFilter): Promise<{ alerts: Alert[]; next: string | null }> {
  const isOpen = filter.state === 'open'
  let query = db
    .selectFrom('alerts')
    .selectAll()
    .where('state', isOpen ? '=' : '<>', 'open')
  if (filter.severity !== undefined) query = query.where('severity', '=', filter.severity)
  if (filter.pipeline !== undefined) query = query.where('pipeline', '=', filter.pipeline)
  if (filter.dataset !== undefined) query = query.where('dataset', '=', filter.dataset)
  const order = isOpen ? sql`${RANK}, kind, coalesce(cause, ''), opened_at, id` : sql`ended_at desc, id desc`
  if (filter.after !== undefined) {
    const after = sql`from alerts where id = ${filter.after}`
    query = isOpen
      ? query.where(
          sql<boolean>`(${RANK}, kind, coalesce(cause, ''), opened_at, id) > (select ${RANK}, kind, coalesce(cause, ''), opened_at, id ${after})`,
        )
      : query.where(sql<boolean>`(ended_at, id) < (select ended_at, id ${after})`)
  }
  const rows = await query
    .orderBy(order)
    .limit(filter.limit + 1)
    .execute()
  const alerts = rows.slice(0, filter.limit).map(toAlert)
  return { alerts, next: rows.length > filter.limit ? (alerts.at(-1)?.id ?? null) : null }
}

/** One alert with what happened to it and what was sent, the newest first. @throws AtlasError `alert.not_found` */
export async function readAlert(db: Kysely<Schema>, id: string): Promise<AlertDetail> {
  const row = await db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirst()
  if (row === undefined) throw new AtlasError('alert.not_found', `There is no alert ${id}.`)
  const changes = await db.selectFrom('alert_changes').selectAll().where('alert_id', '=', id).orderBy('id', 'desc').limit(200).execute()
  const deliveries = await db
    .selectFrom('alert_deliveries')
    .innerJoin('alert_channels', 'alert_channels.id', 'alert_deliveries.channel_id')
    .selectAll('alert_deliveries')
    .select(['alert_channels.name', 'alert_channels.kind'])
    .where('alert_deliveries.id', 'in', (select) =>
      select.selectFrom('alert_messages').select('delivery_id').where('alert_id', '=', id).$castTo<{ delivery_id: string }>(),
    )
    .orderBy('formed_at', 'desc')
    .limit(100)
    .execute()
  return {
    ...toAlert(row),
    changes: changes.map(({ change, at, by, note }) => ({ change, at: at.toISOString(), by, note })),
    deliveries: deliveries.map(toDelivery),
  }
}

function toDelivery(row: Selectable<AlertDeliveriesTable> & { name: string; kind: AlertDelivery['kind'] }): AlertDelivery {
  return {
    id: row.id,
    channel: row.name,
    kind: row.kind,
    state: row.state,
    alerts: row.alerts,
    attempts: row.attempts,
    formedAt: row.formed_at.toISOString(),
    dueAt: row.state === 'waiting' ? row.due_at.toISOString() : null,
    sentAt: row.sent_at?.toISOString() ?? null,
    answer: row.answer,
    error: row.error,
  }
}
