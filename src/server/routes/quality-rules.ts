import type { qualityRuleEndpoints } from '../../contract/quality-rules.ts'
import type { CheckRule } from '../../contract/quality.ts'
import { ruleHistory } from '../../store/quality-rules.ts'
import { pinSnapshot } from '../../store/snapshots.ts'
import type { Handlers, RequestContext } from '../handlers.ts'
import type { Platform } from '../platform.ts'
import * as edit from '../rules/edit-rules.ts'
import { listRules, withHomes } from '../rules/list-rules.ts'
import type { NamedRule } from '../rules/prove-rules.ts'

export const qualityRuleRoutes: Handlers<typeof qualityRuleEndpoints> = {
  'GET /quality/checks': async () => (await import('../rules/describe-checks.ts')).describeChecks(),

  'GET /datasets/:name/rules': async ({ params }, { db }) => ({ rules: withHomes(await listRules(db, params.name)) }),

  'POST /datasets/:name/rules': async (input, platform) => {
    const { params, body } = input
    await requireRaw(input, body.rule)
    const named = await edit.nameRule(platform.db, params.name, body.rule)
    const warnings = await prove(platform, params.name, named, input)
    return { rule: await edit.makeRule(platform.db, params.name, named, editorOf(input, platform, body.reason)), warnings }
  },

  'PUT /datasets/:name/rules/:rule': async (input, platform) => {
    const { params, body } = input
    const target = { dataset: params.name, id: params.rule, expectedVersion: body.expectedVersion }
    await requireRaw(input, body.rule)
    const warnings = await prove(platform, params.name, { ...body.rule, id: params.rule }, input)
    return { rule: await edit.changeRule(platform.db, target, body.rule, editorOf(input, platform, body.reason)), warnings }
  },

  'PATCH /datasets/:name/rules/:rule': (input, platform) => {
    const { params, body } = input
    const target = { dataset: params.name, id: params.rule, expectedVersion: body.expectedVersion }
    return edit.enableRule(platform.db, target, body.enabled, editorOf(input, platform, body.reason))
  },

  'DELETE /datasets/:name/rules/:rule': (input, platform) => {
    const { params, query } = input
    const target = { dataset: params.name, id: params.rule, expectedVersion: query.expectedVersion }
    return edit.removeRule(platform.db, target, editorOf(input, platform, query.reason))
  },

  'GET /datasets/:name/rules/:rule/history': async ({ params }, { db }) => ({ versions: await ruleHistory(db, params.name, params.rule) }),

  'POST /datasets/:name/rules/test': async (input, platform) => (await import('../rules/try-rule.ts')).tryRule(platform, input),

  'POST /datasets/:name/rules/run': async ({ params, body, caller, address, signal }, platform) => {
    const { enabledRules, measureRules, pinMeasurable } = await import('../rules/measure-rules.ts')
    const pinned = await pinMeasurable(platform, { caller, address }, params.name)
    return measureRules(platform, pinned, await enabledRules(platform, params.name), signal, body.sampleRows)
  },

  'GET /datasets/:name/rules/suggestions': async ({ params, signal }, platform) => {
    const { suggestFor } = await import('../rules/suggest-rules.ts')
    return suggestFor(platform, await pinSnapshot(platform.db, params.name), signal)
  },
}

/** Who edits, from where and when. */
export function editorOf({ caller, address }: Pick<RequestContext, 'caller' | 'address'>, { now }: Platform, reason: string): edit.Editor {
  return { by: caller.actor, at: now(), reason, address }
}

/** @throws AtlasError `access.denied` for a rule that looks into data as it came */
async function requireRaw(
  { caller, params }: { caller: RequestContext['caller']; params: { name: string } },
  rule: CheckRule,
): Promise<void> {
  const { requireRawFor } = await import('../rules/require-raw.ts')
  requireRawFor(caller, params.name, [rule])
}

/** @returns warnings. @throws the AtlasError of a rule that cannot run */
async function prove(
  platform: Platform,
  dataset: string,
  rule: CheckRule & NamedRule,
  { signal }: { signal: AbortSignal },
): Promise<string[]> {
  const { proveRules } = await import('../rules/prove-rules.ts')
  const { problems, warnings } = await proveRules(platform, dataset, [rule], signal)
  const problem = problems.get(rule.id)
  if (problem !== undefined) throw problem
  return warnings
}
