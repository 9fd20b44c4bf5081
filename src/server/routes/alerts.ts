import type { alertEndpoints } from '../../contract/alerts.ts'
import { resolveAlert, snoozeAlert, takeAlert } from '../../store/alert-acts.ts'
import { readAlertStatus } from '../../store/alert-status.ts'
import { listAlerts, readAlert } from '../../store/alerts.ts'
import { type AuditAction, writeAudit } from '../../store/audit.ts'
import { databaseNow } from '../../store/database-clock.ts'
import type { Handlers, RequestContext } from '../handlers.ts'
import type { Platform } from '../platform.ts'

export const alertRoutes: Handlers<typeof alertEndpoints> = {
  'GET /alerts': async ({ query }, { db }) => ({ ...(await listAlerts(db, query)), status: await readAlertStatus(db) }),

  'GET /alerts/status': (_input, { db }) => readAlertStatus(db),

  'GET /alerts/:alertId': ({ params }, { db }) => readAlert(db, params.alertId),

  'POST /alerts/:alertId/take': async ({ params, ...context }, platform) => {
    const act = { by: context.caller.actor, now: await databaseNow(platform.db) }
    await takeAlert(platform.db, params.alertId, act)
    return acted(platform, context, 'alert.taken', params.alertId)
  },

  'POST /alerts/:alertId/snooze': async ({ params, body, ...context }, platform) => {
    const { minutes, note } = body
    const now = await databaseNow(platform.db)
    const act = { by: context.caller.actor, now, ...(note === undefined ? {} : { note }) }
    await snoozeAlert(platform.db, params.alertId, new Date(now.getTime() + minutes * 60_000), act)
    return acted(platform, context, 'alert.snoozed', params.alertId, { minutes })
  },

  'POST /alerts/:alertId/resolve': async ({ params, body, ...context }, platform) => {
    const act = { by: context.caller.actor, now: await databaseNow(platform.db), note: body.note }
    await resolveAlert(platform.db, params.alertId, act)
    return acted(platform, context, 'alert.resolved', params.alertId)
  },
}

async function acted(
  { db, events }: Platform,
  { caller, address }: Pick<RequestContext, 'caller' | 'address'>,
  action: AuditAction,
  alertId: string,
  more: object = {},
) {
  const alert = await readAlert(db, alertId)
  await writeAudit(db, { actor: caller.actor, action, target: alertId, detail: { kind: alert.kind, what: alert.what, ...more }, address })
  events.emit({ kind: 'alerts' })
  return alert
}
