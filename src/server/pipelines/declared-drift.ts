import type { FileDeclares } from '../../contract/pipelines-as-code.ts'
import type { PipelineDetail, ValueChange } from '../../contract/stored-pipelines.ts'
import { valueChanges } from '../../core/value-changes.ts'
import { listDeclaredRules } from '../../store/alert-rules.ts'
import { releasedDeclares } from '../../store/declared-with-pipeline.ts'
import { listSetTargets, type SetTarget } from '../../store/freshness-targets.ts'
import { listSchedules, type ScheduleRow } from '../../store/schedules.ts'
import type { Platform } from '../platform.ts'
import { channelIds, ruleOf } from './accept-declared.ts'
import { compareAlerts } from './compare-alerts.ts'
import { compareSchedules } from './compare-schedules.ts'

/** Freshness targets and alert rules that the file of a pipeline says, or said. */
export async function declaredWith({ db }: Pick<Platform, 'db'>, pipeline: string): Promise<PipelineDetail['declared']> {
  const targets = (await listSetTargets(db)).filter((target) => target.pipeline === pipeline)
  const rules = await listDeclaredRules(db, pipeline)
  return {
    freshness: targets.map(({ dataset, within, file }) => ({ dataset, within, file })),
    alerts: rules.map(({ rule: { id, name, severity, enabled, file } }) => ({ id, name, severity, enabled, file })),
  }
}

/**
 * What differs from what files said beside definitions, by pipeline: of those that were taken out of the hands of their files, as the others cannot
 * be changed elsewhere. Pipelines without a difference are left out.
 * @param pipeline only that one
 */
export async function declaredDrift(platform: Pick<Platform, 'db'>, pipeline?: string): Promise<Map<string, ValueChange[]>> {
  const { db } = platform
  const released = await releasedDeclares(db, pipeline)
  if (released.size === 0) return new Map()
  const channels = await channelIds(platform)
  const [schedules, targets, rules] = [await listSchedules(db, pipeline), await listSetTargets(db), await listDeclaredRules(db, pipeline)]
  const found = [...released].map(([name, declares]): [string, ValueChange[]] => {
    const own = rules.filter((one) => one.pipeline === name).map(({ rule }) => rule)
    const wanted = (declares.alerts ?? []).flatMap((alert) => knownRule(name, declares, alert, channels))
    return [
      name,
      [
        ...scheduleDrift(
          name,
          declares,
          schedules.filter((row) => row.pipeline === name),
        ),
        ...freshnessDrift(declares, targets),
        ...compareAlerts(wanted, own, channels).acts.flatMap(({ name: rule, changes }) => backwards(`alerts.${rule}`, changes)),
      ],
    ]
  })
  return new Map(found.filter(([, changes]) => changes.length > 0))
}

/** One whose channel was deleted since is no rule any more: that it is gone is no drift of the rule. */
function knownRule(
  name: string,
  { freshness }: FileDeclares,
  alert: NonNullable<FileDeclares['alerts']>[number],
  channels: ReadonlyMap<string, string>,
) {
  const known = alert.channels.filter((channel) => channels.has(channel))
  return [ruleOf({ definition: { name }, freshness }, { ...alert, channels: known }, channels)]
}

function scheduleDrift(name: string, { schedules = [] }: FileDeclares, rows: readonly ScheduleRow[]): ValueChange[] {
  const { acts } = compareSchedules(name, schedules, rows)
  return acts.flatMap(({ action, to }) => (action === 'create' && to !== null ? [{ path: 'schedules', from: to.timing }] : []))
}

function freshnessDrift({ freshness = {} }: FileDeclares, targets: readonly SetTarget[]): ValueChange[] {
  const standing = Object.fromEntries(
    targets.flatMap(({ dataset, within }) => (Object.hasOwn(freshness, dataset) ? [[dataset, within]] : [])),
  )
  return valueChanges({ freshness }, { freshness: standing })
}

/** Compared as what an apply would change; drift is what was changed since the last one. */
function backwards(at: string, changes: readonly ValueChange[]): ValueChange[] {
  return changes.map(({ path, from, to }) => ({
    path: `${at}.${path}`,
    ...(to === undefined ? {} : { from: to }),
    ...(from === undefined ? {} : { to: from }),
  }))
}
