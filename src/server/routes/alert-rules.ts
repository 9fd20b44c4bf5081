import { hostname } from 'node:os'
import { z } from 'zod'
import type { AlertRuleInput, alertRuleEndpoints } from '../../contract/alert-rules.ts'
import { AtlasError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import type { AlertRuleDefinition } from '../../ops/alerts/alert-rule.ts'
import { backTest } from '../../ops/alerts/back-test.ts'
import { alertRuleOf, alertRules, parseRuleOptions } from '../../ops/alerts/rules/index.ts'
import { freeSpace } from '../../ops/free-space.ts'
import { listChannels } from '../../store/alert-channels.ts'
import {
  changeAlertRule,
  deleteAlertRule,
  enableAlertRule,
  insertAlertRule,
  listAlertRules,
  readAlertRule,
  refuseHeldRule,
} from '../../store/alert-rules.ts'
import { type AuditAction, writeAudit } from '../../store/audit.ts'
import { databaseNow } from '../../store/database-clock.ts'
import type { Handlers, RequestContext } from '../handlers.ts'
import type { Platform } from '../platform.ts'

export const alertRuleRoutes: Handlers<typeof alertRuleEndpoints> = {
  'GET /alert-rules': (_input, { db }) => listAlertRules(db),

  'GET /alert-rules/kinds': () => alertRules.map(describeKind),

  'POST /alert-rules': async ({ body, ...context }, platform) => {
    const { db, now, random } = platform
    const input = await acceptRule(platform, body)
    const id = newId('ar', now().getTime(), random)
    await insertAlertRule(db, id, input, { by: context.caller.actor, at: now() })
    return changed(platform, context, 'alert_rule.created', id)
  },

  'POST /alert-rules/back-test': async ({ body }, { db, folders }) =>
    backTest({ db, now: await databaseNow(db), host: hostname(), freeBytes: () => freeSpace(folders.lake) }, body),

  'PUT /alert-rules/:ruleId': async ({ params, body, ...context }, platform) => {
    refuseHeldRule(await readAlertRule(platform.db, params.ruleId))
    const input = await acceptRule(platform, body)
    await changeAlertRule(platform.db, params.ruleId, input, { by: context.caller.actor, at: platform.now() })
    return changed(platform, context, 'alert_rule.changed', params.ruleId)
  },

  'POST /alert-rules/:ruleId/enable': async ({ params, ...context }, platform) => {
    await enableAlertRule(platform.db, params.ruleId, true, { by: context.caller.actor, at: platform.now() })
    return changed(platform, context, 'alert_rule.enabled', params.ruleId)
  },

  'POST /alert-rules/:ruleId/disable': async ({ params, ...context }, platform) => {
    await enableAlertRule(platform.db, params.ruleId, false, { by: context.caller.actor, at: platform.now() })
    return changed(platform, context, 'alert_rule.disabled', params.ruleId)
  },

  'DELETE /alert-rules/:ruleId': async ({ params, ...context }, platform) => {
    const rule = await readAlertRule(platform.db, params.ruleId)
    refuseHeldRule(rule)
    await deleteAlertRule(platform.db, params.ruleId)
    await audit(platform, context, 'alert_rule.deleted', rule)
  },
}

/** A kind as forms and docs need it. */
function describeKind({ id, title, description, severity, about, options }: AlertRuleDefinition) {
  return { id, title, description, severity, about, options: z.toJSONSchema(options, { io: 'input' }) }
}

/** @throws AtlasError `alert.rule_invalid` for options that its kind does not take, and for a channel that is not there */
async function acceptRule({ db }: Platform, input: AlertRuleInput): Promise<AlertRuleInput> {
  const options = parseRuleOptions(alertRuleOf(input.kind), input.options) as Record<string, unknown>
  const known = new Set(['browser', ...(await listChannels(db)).map(({ id }) => id)])
  const unknown = input.channels.find((id) => !known.has(id))
  if (unknown !== undefined)
    throw new AtlasError('alert.rule_invalid', `There is no channel ${unknown}.`, {
      fields: [{ pointer: `/body/channels/${input.channels.indexOf(unknown)}`, detail: 'is no channel' }],
    })
  return { ...input, options }
}

type Asker = Pick<RequestContext, 'caller' | 'address'>

async function changed(platform: Platform, context: Asker, action: AuditAction, id: string) {
  const rule = await readAlertRule(platform.db, id)
  await audit(platform, context, action, rule)
  platform.wakeAlerts()
  return rule
}

function audit(
  { db }: Platform,
  { caller, address }: Asker,
  action: AuditAction,
  rule: { id: string; kind: string; name: string },
): Promise<void> {
  return writeAudit(db, { actor: caller.actor, action, target: rule.id, detail: { kind: rule.kind, name: rule.name }, address })
}
