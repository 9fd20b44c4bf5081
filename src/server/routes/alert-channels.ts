import type { AlertChannel, AlertChannelInput, alertChannelEndpoints } from '../../contract/alert-channels.ts'
import { settingsSchema } from '../../connectors/settings-schema.ts'
import { AtlasError } from '../../core/errors.ts'
import { newId } from '../../core/ids.ts'
import { testMessage } from '../../ops/alerts/alert-message.ts'
import { alertChannelOf, alertChannels } from '../../ops/alerts/channels/index.ts'
import { sendMessage } from '../../ops/alerts/deliver-alerts.ts'
import {
  type AlertChannelRow,
  type AlertChannelWithCounts,
  changeChannel,
  deleteChannel,
  insertChannel,
  listChannels,
  noteChannelTry,
  readChannel,
} from '../../store/alert-channels.ts'
import { type AuditAction, writeAudit } from '../../store/audit.ts'
import type { Handlers, RequestContext } from '../handlers.ts'
import type { Platform } from '../platform.ts'
import { acceptSettings, type StoredSettings } from '../source-settings.ts'

export const alertChannelRoutes: Handlers<typeof alertChannelEndpoints> = {
  'GET /alert-channels': async (_input, platform) => (await listChannels(platform.db)).map((row) => describe(platform, row)),

  'GET /alert-channels/kinds': () =>
    alertChannels.map((kind) => ({ id: kind.id, title: kind.title, description: kind.description, settings: settingsSchema(kind) })),

  'POST /alert-channels': async ({ body, ...context }, platform) => {
    const { db, now, random, secrets } = platform
    const id = newId('ac', now().getTime(), random)
    await secrets.whileSealing(async () => {
      const content = await contentOf(platform, body, null)
      await insertChannel(db, { ...content, id, kind: body.kind }, { by: context.caller.actor, at: now() })
    })
    return changed(platform, context, 'alert_channel.created', id)
  },

  'PUT /alert-channels/:channelId': async ({ params, body, ...context }, platform) => {
    const { db, now, secrets } = platform
    const stored = await readChannel(db, params.channelId)
    if (stored.kind !== body.kind)
      throw new AtlasError('request.invalid', `The channel ${stored.name} is of the kind ${stored.kind}, which cannot be changed.`)
    await secrets.whileSealing(async () => {
      const content = await contentOf(platform, body, { settings: stored.settings, secretsSetAt: stored.secrets_set_at })
      await changeChannel(db, stored.id, content, { by: context.caller.actor, at: now() })
    })
    return changed(platform, context, 'alert_channel.changed', stored.id)
  },

  'POST /alert-channels/:channelId/test': async ({ params, ...context }, platform) => {
    const channel = await readChannel(platform.db, params.channelId)
    await audit(platform, context, 'alert_channel.tested', channel)
    return test(platform, channel)
  },

  'DELETE /alert-channels/:channelId': async ({ params, ...context }, platform) => {
    await audit(platform, context, 'alert_channel.deleted', await deleteChannel(platform.db, params.channelId))
  },
}

async function contentOf(platform: Platform, body: AlertChannelInput, stored: StoredSettings | null) {
  const accepted = await acceptSettings(platform, alertChannelOf(body.kind), body.settings, stored)
  return { name: body.name, hourlyLimit: body.hourlyLimit, groupSeconds: body.groupSeconds, ...accepted }
}

/** A channel as it may be shown: neither secrets nor what they look like sealed. */
function describe({ secrets }: Platform, row: AlertChannelWithCounts): AlertChannel {
  return {
    id: row.id,
    name: row.name,
    kind: row.kind,
    settings: secrets.redactSettings(settingsSchema(alertChannelOf(row.kind)), row.settings),
    hourlyLimit: row.hourly_limit,
    groupSeconds: row.group_seconds,
    secretsSetAt: row.secrets_set_at,
    lastSentAt: row.last_sent_at?.toISOString() ?? null,
    lastFailedAt: row.last_failed_at?.toISOString() ?? null,
    lastError: row.last_error,
    waiting: row.waiting,
    gaveUp: row.gave_up,
    updatedBy: row.updated_by,
    updatedAt: row.updated_at.toISOString(),
  }
}

/** Sends a real message at once, past the outbox: whoever asks waits for the answer. */
async function test(platform: Platform, channel: AlertChannelRow) {
  const { db, now, random, secrets } = platform
  const { url: baseUrl, timeZone, environment } = platform.settings
  const started = performance.now()
  const took = (): number => Math.round(performance.now() - started)
  const message = { deliveryId: newId('ad', now().getTime(), random), message: testMessage(now()), now: now() }
  try {
    const answer = await sendMessage({ secrets, baseUrl, timeZone, environment }, channel, message)
    await noteChannelTry(db, channel.id, now(), null)
    return { ok: true, answer, error: null, next: null, durationMs: took() }
  } catch (error) {
    if (!(error instanceof AtlasError)) throw error
    await noteChannelTry(db, channel.id, now(), error.message)
    return { ok: false, answer: null, error: error.message, next: error.next, durationMs: took() }
  }
}

type Asker = Pick<RequestContext, 'caller' | 'address'>

async function changed(platform: Platform, context: Asker, action: AuditAction, id: string): Promise<AlertChannel> {
  const row = await readChannel(platform.db, id)
  await audit(platform, context, action, row)
  platform.wakeAlerts()
  return describe(platform, row)
}

function audit({ db }: Platform, { caller, address }: Asker, action: AuditAction, { id, name, kind }: AlertChannelRow): Promise<void> {
  return writeAudit(db, { actor: caller.actor, action, target: id, detail: { name, kind }, address })
}
