import type { AlertRule, AlertRuleInput } from '../../contract/alert-rules.ts'
import type { ValueChange } from '../../contract/stored-pipelines.ts'
import { valueChanges } from '../../core/value-changes.ts'

/** What becomes of one alert rule; `to` is null where it is removed, `rule` where it is made. */
export interface AlertAct {
  action: 'create' | 'change' | 'take_over' | 'remove'
  name: string
  rule: AlertRule | null
  to: AlertRuleInput | null
  changes: ValueChange[]
}

/**
 * How the alert rules of a pipeline's file differ from those stored; the name tells which is which. Whether one is on is no difference: that is set in
 * the browser.
 * @param rules those that the file says or said
 * @param channels ids by name
 */
export function compareAlerts(
  wanted: readonly AlertRuleInput[],
  rules: readonly AlertRule[],
  channels: ReadonlyMap<string, string>,
): { acts: AlertAct[]; unchanged: number } {
  const names = new Map([...channels].map(([name, id]) => [id, name]))
  const acts: AlertAct[] = []
  let unchanged = 0
  for (const input of wanted) {
    const { name } = input
    // One that a file holds comes before one that was taken out of its hands.
    const same = rules.filter((one) => one.name === name)
    const rule = same.find(({ file }) => file !== null) ?? same[0] ?? null
    const to = { ...input, enabled: rule?.enabled ?? true }
    const changes = valueChanges(rule === null ? {} : shownRule(rule, names), shownRule(input, names))
    if (rule === null) acts.push({ action: 'create', name, rule, to, changes })
    else if (rule.file === null) acts.push({ action: 'take_over', name, rule, to, changes })
    else if (changes.length > 0) acts.push({ action: 'change', name, rule, to, changes })
    else unchanged += 1
  }
  const gone = rules.filter(({ file, name }) => file !== null && !wanted.some((input) => input.name === name))
  for (const rule of gone) acts.push({ action: 'remove', name: rule.name, rule, to: null, changes: valueChanges({ kind: rule.kind }, {}) })
  return { acts, unchanged }
}

type Shown = Pick<AlertRuleInput, 'kind' | 'severity' | 'options' | 'datasets' | 'channels' | 'repeatMinutes'>

/** A rule as its file says it: with names of channels. */
function shownRule({ kind, severity, options, datasets, channels, repeatMinutes }: Shown, names: ReadonlyMap<string, string>): Shown {
  return { kind, severity, options, datasets, channels: channels.map((id) => names.get(id) ?? id), repeatMinutes }
}
