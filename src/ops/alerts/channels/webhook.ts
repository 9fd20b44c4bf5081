import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { AlertMessage } from '../alert-message.ts'
import { defineChannel, type Sending } from '../channel.ts'
import { linkOf } from '../message-text.ts'
import { postJson } from '../post-json.ts'

export const webhook = defineChannel({
  id: 'webhook',
  title: 'Webhook',
  description: 'Sends JSON by POST, signed with a secret that both sides know (HMAC-SHA-256).',
  settings: z.strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'an address that begins with https:// or http://' })
      .max(2000)
      .refine((url) => URL.parse(url)?.username === '', 'holds a user or a password, which would be shown; the signature says who sends')
      .meta({ title: 'Address', destination: true, examples: ['https://hooks.example.com/atlas'] }),
    secret: z
      .string()
      .min(16, 'at least 16 characters')
      .max(500)
      .meta({ title: 'Signing secret', description: 'At least 16 characters; the receiver checks the signature with it', secret: true }),
  }),
  send: (settings, message, sending) => {
    const body = JSON.stringify(webhookBody(message, sending))
    const timestamp = String(Math.floor(sending.now.getTime() / 1000))
    const headers = {
      'x-atlas-delivery': sending.deliveryId,
      'x-atlas-timestamp': timestamp,
      'x-atlas-signature': `v1=${signatureOf(settings.secret, timestamp, body)}`,
    }
    return postJson(settings.url, body, headers, sending.signal)
  },
})

/** HMAC-SHA-256 in hex of the timestamp (Unix seconds), a dot, and the body as it is sent. */
export function signatureOf(secret: string, timestamp: string, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest('hex')
}

/** What a webhook receives; described in docs/alerts.md. */
export function webhookBody({ items, more, isTest }: AlertMessage, sending: Sending) {
  return {
    version: 1,
    delivery: sending.deliveryId,
    channel: sending.channel,
    environment: sending.environment,
    test: isTest,
    alerts: items.map((item) => ({ ...item, link: linkOf(item, sending) })),
    more,
  }
}
