import { z } from 'zod'
import { endpoints } from './endpoint.ts'
import { Count, Instant } from './names.ts'

export const AlertChannelKind = z.enum(['webhook', 'slack', 'email']).meta({ id: 'AlertChannelKind' })
export type AlertChannelKind = z.infer<typeof AlertChannelKind>

export const AlertChannelInput = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]{0,59}$/, 'small letters, digits, dashes and underscores; at most 60')
      .meta({ title: 'Name', examples: ['on-call'] }),
    kind: AlertChannelKind,
    settings: z.record(z.string(), z.unknown()).meta({
      title: 'Settings',
      description: 'Those of its kind; a secret that is to stay as it is stored is sent as it was shown',
    }),
    hourlyLimit: z.int().min(1).max(3600).default(20).meta({
      title: 'Messages an hour, at most',
      description: 'What is more comes in one message when there is room again',
    }),
    groupSeconds: z.int().min(0).max(3600).default(60).meta({
      title: 'Seconds that are waited for more',
      description: 'What happens within them is one message; 0 sends at once',
    }),
  })
  .meta({ id: 'AlertChannelInput' })
export type AlertChannelInput = z.infer<typeof AlertChannelInput>

export const AlertChannel = AlertChannelInput.extend({
  id: z.string(),
  secretsSetAt: z.record(z.string(), z.string()),
  lastSentAt: Instant.nullable(),
  lastFailedAt: Instant.nullable(),
  lastError: z.string().nullable(),
  waiting: Count.meta({ description: 'Messages that are not sent yet' }),
  gaveUp: Count.meta({ description: 'Messages that were given up in the last 30 days' }),
  updatedBy: z.string(),
  updatedAt: Instant,
}).meta({ id: 'AlertChannel' })
export type AlertChannel = z.infer<typeof AlertChannel>

export const AlertChannelForm = z
  .object({
    id: AlertChannelKind,
    title: z.string(),
    description: z.string(),
    settings: z.record(z.string(), z.unknown()).meta({ description: 'JSON Schema of its settings' }),
  })
  .meta({ id: 'AlertChannelForm' })
export type AlertChannelForm = z.infer<typeof AlertChannelForm>

export const AlertChannelTest = z
  .object({
    ok: z.boolean(),
    answer: z.string().nullable().meta({ description: 'What the other side said' }),
    error: z.string().nullable(),
    next: z.string().nullable(),
    durationMs: Count,
  })
  .meta({ id: 'AlertChannelTest' })
export type AlertChannelTest = z.infer<typeof AlertChannelTest>

const channelId = z.object({ channelId: z.string() })

export const alertChannelEndpoints = endpoints({
  'GET /alert-channels': {
    summary: 'List channels; secrets are never shown',
    permission: 'runs.read',
    reply: z.array(AlertChannel),
  },
  'GET /alert-channels/kinds': {
    summary: 'Kinds of channel, with their settings',
    permission: 'runs.read',
    reply: z.array(AlertChannelForm),
  },
  'POST /alert-channels': {
    summary: 'Add a channel',
    permission: 'alerts.edit',
    body: AlertChannelInput,
    reply: AlertChannel,
    status: 201,
  },
  'PUT /alert-channels/:channelId': {
    summary: 'Change a channel',
    permission: 'alerts.edit',
    params: channelId,
    body: AlertChannelInput,
    reply: AlertChannel,
  },
  'POST /alert-channels/:channelId/test': {
    summary: 'Send a test message now, and say what came back',
    permission: 'alerts.edit',
    params: channelId,
    reply: AlertChannelTest,
  },
  'DELETE /alert-channels/:channelId': {
    summary: 'Delete a channel; messages that it has not sent are not sent',
    permission: 'alerts.edit',
    params: channelId,
    status: 204,
  },
})
