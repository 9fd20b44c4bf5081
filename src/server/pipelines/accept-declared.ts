import type { AlertRuleInput } from '../../contract/alert-rules.ts'
import type { CodePipeline, FileAlert } from '../../contract/pipelines-as-code.ts'
import { AtlasError } from '../../core/errors.ts'
import { parseInterval } from '../../core/schedule/interval.ts'
import { nextTimes } from '../../core/schedule/timing.ts'
import { alertRuleOf, parseRuleOptions } from '../../ops/alerts/rules/index.ts'
import { listChannels } from '../../store/alert-channels.ts'
import type { Platform } from '../platform.ts'
import { withinRequest } from './within-request.ts'

/** Ids of channels by the names that people gave them; the browser is one. */
export async function channelIds({ db }: Pick<Platform, 'db'>): Promise<Map<string, string>> {
  return new Map([['browser', 'browser'], ...(await listChannels(db)).map(({ name, id }) => [name, id] as const)])
}

/**
 * What a file says beside the definition, checked.
 * @param channels ids by name
 * @param at JSON Pointer of the file in the request
 * @returns its alert rules as they are stored
 * @throws AtlasError `schedule.*`, `alert.rule_invalid`
 */
export async function acceptDeclared(
  { now }: Pick<Platform, 'now'>,
  given: CodePipeline,
  channels: ReadonlyMap<string, string>,
  at: string,
): Promise<AlertRuleInput[]> {
  for (const [place, { timing }] of (given.schedules ?? []).entries())
    await withinRequest(`${at}/schedules/${place}/timing`, () => nextTimes(timing, now().getTime(), 1))
  for (const [dataset, within] of Object.entries(given.freshness ?? {}))
    await withinRequest(`${at}/freshness/${dataset}`, () => parseInterval(within))
  const rules: AlertRuleInput[] = []
  for (const [place, alert] of (given.alerts ?? []).entries())
    rules.push(await withinRequest(`${at}/alerts/${place}`, () => ruleOf(given, alert, channels)))
  refuseOneName(rules, at)
  return rules
}

/** @throws AtlasError `alert.rule_invalid` */
export function ruleOf(
  { definition: { name }, freshness }: { definition: { name: string }; freshness?: CodePipeline['freshness'] },
  alert: FileAlert,
  channels: ReadonlyMap<string, string>,
): AlertRuleInput {
  const kind = alertRuleOf(alert.kind)
  if (kind.about !== 'pipeline' && kind.about !== 'dataset')
    throw wrong(`${kind.id} is about a ${kind.about}, not about a pipeline.`, 'kind', 'Make that rule in the browser.')
  if (kind.about === 'pipeline' && alert.datasets.length > 0)
    throw wrong(`${kind.id} is about the pipeline, not about datasets.`, 'datasets', 'Leave the key datasets out.')
  const datasets = alert.datasets.length === 0 && kind.id === 'freshness-missed' ? Object.keys(freshness ?? {}) : alert.datasets
  if (kind.about === 'dataset' && datasets.length === 0)
    throw wrong(`${kind.id} is about datasets, and none is named.`, 'datasets', `Name them, e.g. datasets: [chart.${name}]`)
  return {
    ...alert,
    name: alert.name ?? `${kind.title}: ${name}`,
    options: parseRuleOptions(kind, alert.options) as Record<string, unknown>,
    pipelines: kind.about === 'pipeline' ? [name] : [],
    datasets,
    channels: alert.channels.map((channel, place) => channelId(channel, place, channels)),
    enabled: true,
  }
}

function channelId(channel: string, place: number, channels: ReadonlyMap<string, string>): string {
  const id = channels.get(channel)
  if (id === undefined)
    throw wrong(`There is no channel ${channel}.`, `channels/${place}`, 'Add it with: atlas alert channel add, or correct its name.')
  return id
}

function wrong(message: string, pointer: string, next: string): AtlasError {
  return new AtlasError('alert.rule_invalid', message, { next, fields: [{ pointer: `/body/${pointer}`, detail: message }] })
}

/** @throws AtlasError `alert.rule_invalid`: names tell the rules of a file apart */
function refuseOneName(rules: readonly AlertRuleInput[], at: string): void {
  for (const [place, { name }] of rules.entries()) {
    const first = rules.findIndex((rule) => rule.name === name)
    if (first === place) continue
    throw new AtlasError('alert.rule_invalid', `Two alert rules of one file are called "${name}".`, {
      next: 'Give one of them another name.',
      fields: [first, place].map((index) => ({ pointer: `${at}/alerts/${index}`, detail: `is called "${name}"` })),
    })
  }
}
