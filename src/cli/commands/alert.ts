import type { AlertSeverity } from '../../contract/alert-rules.ts'
import type { Alert, AlertDetail, AlertStatus } from '../../contract/alerts.ts'
import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { table } from '../table.ts'

interface Options extends GlobalOptions {
  json?: boolean
}

/** `atlas alert list`. Says first whether rules are being looked at: without that, none open means nothing. */
export async function listAlerts(options: Options & { history?: boolean; severity?: AlertSeverity }): Promise<void> {
  await using connection = await connect(options, 'atlas alert list')
  const query = { state: options.history === true ? ('history' as const) : ('open' as const), severity: options.severity }
  const reply = await connection.client.call('GET /alerts', { query })
  if (printed(options, reply)) return
  process.stdout.write(`${evaluatorWords(reply.status)}\n`)
  if (reply.alerts.length === 0) process.stdout.write(options.history === true ? 'No alert is over.\n' : 'No alert is open.\n')
  else process.stdout.write(table(['alert', 'severity', 'what', 'since', 'count', 'owner'], reply.alerts.map(rowOf)))
  if (reply.next !== null) process.stdout.write('There are more; see them with --json, or in the browser.\n')
}

function rowOf(alert: Alert): string[] {
  const owner = alert.snoozedUntil === null ? (alert.owner ?? '') : `snoozed until ${alert.snoozedUntil}`
  return [alert.id, alert.severity, alert.what, alert.openedAt, String(alert.count), alert.endedBy ?? owner]
}

const STATES: Record<AlertStatus['evaluator']['state'], string> = {
  up: 'Rules were looked at',
  partial: 'SOME RULES COULD NOT BE LOOKED AT; the others were',
  down: 'RULES ARE NOT BEING LOOKED AT; the last time was',
  never: 'RULES WERE NEVER LOOKED AT; start Atlas with: atlas start',
  off: 'No rule is enabled.',
}

function evaluatorWords({ evaluator: { state, lastAt, by, failing } }: AlertStatus): string {
  const rules = failing.map(({ name, code }) => `  ${name}: ${code === 'internal' ? 'a fault of Atlas; see its log' : code}`)
  return [`${STATES[state]}${lastAt === null ? '' : ` ${lastAt}`}${by === null ? '' : ` by ${by}`}`, ...rules].join('\n')
}

/** `atlas alert show`. */
export async function showAlert(alertId: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas alert show')
  show(await connection.client.call('GET /alerts/:alertId', { params: { alertId } }), options)
}

/** `atlas alert ack`. */
export async function takeAlert(alertId: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas alert ack')
  show(await connection.client.call('POST /alerts/:alertId/take', { params: { alertId } }), options)
}

/** `atlas alert snooze`. */
export async function snoozeAlert(alertId: string, time: string, options: Options & { note?: string }): Promise<void> {
  const body = { minutes: minutesOf(time), note: options.note }
  await using connection = await connect(options, 'atlas alert snooze')
  show(await connection.client.call('POST /alerts/:alertId/snooze', { params: { alertId }, body }), options)
}

/** `atlas alert resolve`. */
export async function resolveAlert(alertId: string, options: Options & { note: string }): Promise<void> {
  await using connection = await connect(options, 'atlas alert resolve')
  show(await connection.client.call('POST /alerts/:alertId/resolve', { params: { alertId }, body: { note: options.note } }), options)
}

function show(alert: AlertDetail, options: Options): void {
  if (printed(options, alert)) return
  const { downstream } = alert
  const affected =
    downstream.total === 0 ? [] : [`affects     ${downstream.names.join(', ')}${downstream.total > downstream.names.length ? ', …' : ''}`]
  const lines = [
    `${alert.what}`,
    `state       ${alert.state}, ${alert.severity}, seen ${alert.count} ${alert.count === 1 ? 'time' : 'times'}`,
    `since       ${alert.openedAt}`,
    ...affected,
    `next        ${alert.next}`,
    ...alert.changes.map(
      ({ at, change, by, note }) => `${at}  ${change}${by === null ? '' : ` by ${by}`}${note === null || note === '' ? '' : `: ${note}`}`,
    ),
    ...alert.deliveries.map(
      ({ formedAt, channel, state, error }) => `${formedAt}  message to ${channel}: ${state}${error === null ? '' : `, ${error}`}`,
    ),
  ]
  process.stdout.write(`${lines.join('\n')}\n`)
}

const UNITS: Record<string, number> = { min: 1, m: 1, h: 60, d: 1440 }

function minutesOf(time: string): number {
  const match = /^(\d+)\s*([a-z]+)$/i.exec(time.trim())
  const minutes = Number(match?.[1]) * (UNITS[match?.[2]?.toLowerCase() ?? ''] ?? Number.NaN)
  if (!(minutes >= 1 && minutes <= 43_200))
    throw new AtlasError('cli.usage', `"${time}" is no time such as 30min, 4h or 2d, of 30 days at most.`)
  return minutes
}

/** Prints the value as JSON where that was asked for. @returns whether it was */
export function printed(options: { json?: boolean }, value: unknown): boolean {
  if (options.json === true) process.stdout.write(`${JSON.stringify(value)}\n`)
  return options.json === true
}
