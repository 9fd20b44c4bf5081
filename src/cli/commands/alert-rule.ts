import type { AlertRule, AlertSeverity } from '../../contract/alert-rules.ts'
import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { applyGiven, readSet } from '../source-settings.ts'
import { table } from '../table.ts'
import { printed } from './alert.ts'
import { channelNamed } from './alert-channel.ts'

interface Options extends GlobalOptions {
  json?: boolean
}

/** `atlas alert rule list`. */
export async function listRules(options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas alert rule list')
  const { client } = connection
  const rules = await client.call('GET /alert-rules')
  if (printed(options, rules)) return
  const names = new Map((await client.call('GET /alert-channels')).map(({ id, name }) => [id, name]))
  const rows = rules.map((rule) => [
    rule.id,
    rule.name,
    rule.severity,
    rule.enabled ? 'on' : 'off',
    rule.channels.map((id) => names.get(id) ?? id).join(', '),
    String(rule.open),
    rule.evaluationError ?? rule.evaluatedAt ?? 'never',
  ])
  process.stdout.write(table(['rule', 'name', 'severity', 'state', 'channels', 'open', 'looked at'], rows))
}

/** `atlas alert rule change`: changes what is named, and leaves the rest. */
export async function changeRule(
  ruleId: string,
  options: Options & { channel?: string[]; severity?: AlertSeverity; set?: string[] },
): Promise<void> {
  await using connection = await connect(options, 'atlas alert rule change')
  const { client } = connection
  const rule = (await client.call('GET /alert-rules')).find(({ id }) => id === ruleId)
  if (rule === undefined) throw new AtlasError('alert.rule_not_found', `There is no alert rule ${ruleId}.`)
  const kind = (await client.call('GET /alert-rules/kinds')).find(({ id }) => id === rule.kind)
  const settings = { ...rule.options }
  const terminal = { env: process.env, folder: process.cwd(), stdin: process.stdin, warn: () => undefined }
  if (kind !== undefined) await applyGiven({ id: kind.id, settings: kind.options }, settings, (options.set ?? []).map(readSet), terminal)
  const channels = await Promise.all(
    (options.channel ?? []).map(async (name) => (name === 'browser' ? name : (await channelNamed(client, name)).id)),
  )
  const body = {
    ...inputOf(rule),
    options: settings,
    severity: options.severity ?? rule.severity,
    channels: options.channel === undefined ? rule.channels : channels,
  }
  const changed = await client.call('PUT /alert-rules/:ruleId', { params: { ruleId }, body })
  if (!printed(options, changed)) process.stdout.write(`Changed ${changed.name}.\n`)
}

/** `atlas alert rule enable` and `disable`. */
export async function enableRule(act: 'enable' | 'disable', ruleId: string, options: Options): Promise<void> {
  await using connection = await connect(options, `atlas alert rule ${act}`)
  const key = act === 'enable' ? 'POST /alert-rules/:ruleId/enable' : 'POST /alert-rules/:ruleId/disable'
  const rule = await connection.client.call(key, { params: { ruleId } })
  if (!printed(options, rule)) process.stdout.write(`${rule.name} is ${rule.enabled ? 'on' : 'off'}.\n`)
}

function inputOf({ kind, name, pipelines, datasets, repeatMinutes, enabled }: AlertRule) {
  return { kind, name, pipelines, datasets, repeatMinutes, enabled }
}
