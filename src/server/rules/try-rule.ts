import type { Caller } from '../../access/caller.ts'
import type { FailingRows } from '../../contract/quality-rules.ts'
import type { CheckResult, CheckRule } from '../../contract/quality.ts'
import type { Platform } from '../platform.ts'
import { nameRule } from './edit-rules.ts'
import { failingRows } from './failing-rows.ts'
import { measureRules, pinMeasurable } from './measure-rules.ts'
import { proveRules } from './prove-rules.ts'
import { requireRawFor } from './require-raw.ts'
import { withinTimeLimit } from './time-limit.ts'

export interface TriedRule {
  snapshotId: string
  measuredAt: string
  result: CheckResult
  failing: FailingRows | null
  warnings: string[]
}

interface Asked {
  params: { name: string }
  body: { rule: CheckRule; failingRows: number }
  caller: Caller
  address: string
  signal: AbortSignal
}

/**
 * Measures one rule on the published snapshot without keeping it, with the first rows that break it.
 * @throws the AtlasError of a rule that cannot be kept, `dataset.not_found`, `access.denied`
 */
export async function tryRule(platform: Platform, { params, body, caller, address, signal }: Asked): Promise<TriedRule> {
  requireRawFor(caller, params.name, [body.rule])
  const pinned = await pinMeasurable(platform, { caller, address }, params.name)
  const rule = { ...(await nameRule(platform.db, params.name, { ...body.rule, enabled: true })), origin: 'browser' as const }
  const { problems, warnings } = await proveRules(platform, params.name, [rule], signal)
  const problem = problems.get(rule.id)
  if (problem !== undefined) throw problem
  const { snapshotId, measuredAt, results } = await measureRules(platform, pinned, [rule], signal, undefined, false)
  const result = results.find((one) => one.rule === rule.id)
  if (result === undefined) throw new Error(`no result of the rule ${rule.id}`)
  const isBroken = result.failing > 0
  const failing =
    isBroken || result.status === 'passed'
      ? await withinTimeLimit(platform, `Reading the failing rows of ${params.name}`, signal, (either) =>
          failingRows(platform, caller, pinned, rule, body.failingRows, either),
        )
      : null
  return { snapshotId, measuredAt, result, failing, warnings }
}
