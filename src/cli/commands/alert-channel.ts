import type { Client } from '../../client/call.ts'
import type { AlertChannel, AlertChannelKind } from '../../contract/alert-channels.ts'
import { AtlasError } from '../../core/errors.ts'
import { connect, type GlobalOptions } from '../connect.ts'
import { applyGiven, readSet } from '../source-settings.ts'
import { table } from '../table.ts'
import { printed } from './alert.ts'

interface Options extends GlobalOptions {
  json?: boolean
}

/** `atlas alert channel list`. */
export async function listChannels(options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas alert channel list')
  const channels = await connection.client.call('GET /alert-channels')
  if (printed(options, channels)) return
  const rows = channels.map(({ name, kind, lastSentAt, lastError, waiting, gaveUp }) => [
    name,
    kind,
    lastSentAt ?? 'never',
    String(waiting),
    String(gaveUp),
    lastError ?? '',
  ])
  process.stdout.write(table(['channel', 'kind', 'last sent', 'waiting', 'given up', 'last error'], rows))
}

/** `atlas alert channel add`. */
export async function addChannel(
  name: string,
  options: Options & { kind: AlertChannelKind; set?: string[]; limit: string; group: string },
): Promise<void> {
  await using connection = await connect(options, 'atlas alert channel add')
  const { client } = connection
  const kind = (await client.call('GET /alert-channels/kinds')).find(({ id }) => id === options.kind)
  if (kind === undefined) throw new AtlasError('cli.usage', `There is no kind of channel ${options.kind}.`)
  const settings: Record<string, unknown> = {}
  const terminal = {
    env: process.env,
    folder: process.cwd(),
    stdin: process.stdin,
    warn: (message: string) => void process.stderr.write(`atlas: ${message}\n`),
  }
  await applyGiven(kind, settings, (options.set ?? []).map(readSet), terminal)
  const body = {
    name,
    kind: kind.id,
    settings,
    hourlyLimit: wholeOf('--limit', options.limit),
    groupSeconds: wholeOf('--group', options.group),
  }
  const channel = await client.call('POST /alert-channels', { body })
  if (!printed(options, channel)) process.stdout.write(`Added ${name}. Send a test message with: atlas alert test ${name}\n`)
}

/** `atlas alert channel delete`. */
export async function deleteChannel(name: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas alert channel delete')
  const { id } = await channelNamed(connection.client, name)
  await connection.client.call('DELETE /alert-channels/:channelId', { params: { channelId: id } })
  if (!printed(options, { deleted: name })) process.stdout.write(`Deleted ${name}.\n`)
}

/** `atlas alert test`: fails when the message did not arrive. */
export async function testChannel(name: string, options: Options): Promise<void> {
  await using connection = await connect(options, 'atlas alert test')
  const { id } = await channelNamed(connection.client, name)
  const test = await connection.client.call('POST /alert-channels/:channelId/test', { params: { channelId: id } })
  const isPrinted = printed(options, test)
  if (test.ok) {
    if (!isPrinted) process.stdout.write(`${name} took the message in ${test.durationMs} ms: ${test.answer ?? ''}\n`)
    return
  }
  throw new AtlasError(
    'alert.not_delivered',
    test.error ?? `${name} did not take the message.`,
    test.next === null ? {} : { next: test.next },
  )
}

/** The channel of that name. @throws AtlasError `alert.channel_not_found` */
export async function channelNamed(client: Client, name: string): Promise<AlertChannel> {
  const channels = await client.call('GET /alert-channels')
  const found = channels.find((channel) => channel.name === name || channel.id === name)
  if (found !== undefined) return found
  const known = channels.length === 0 ? 'there is none' : `there is: ${channels.map((channel) => channel.name).join(', ')}`
  throw new AtlasError('alert.channel_not_found', `There is no channel ${name}; ${known}.`)
}

function wholeOf(flag: string, text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new AtlasError('cli.usage', `${flag} is "${text}"; it must be a whole number of at most 3600.`)
  return Number(text)
}
