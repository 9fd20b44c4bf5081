import { z } from 'zod'
import type { AlertMessage, MessageItem } from '../alert-message.ts'
import { defineChannel } from '../channel.ts'
import { headOf, headline, linesOf, linkOf, moreLine, type Saying } from '../message-text.ts'
import { postJson } from '../post-json.ts'

/** A section of Slack holds 3,000 characters at most, an element of a context 2,000. */
const SECTION = 2900

export const slack = defineChannel({
  id: 'slack',
  title: 'Slack',
  description: 'An incoming webhook of Slack, or of what takes the same form, such as Mattermost.',
  settings: z.strictObject({
    url: z
      .url({ protocol: /^https?$/, error: 'an address that begins with https:// or http://' })
      .max(2000)
      .meta({ title: 'Address of the incoming webhook', description: 'Whoever has it can post to the channel', secret: true }),
  }),
  send: (settings, message, sending) =>
    postJson(settings.url, JSON.stringify(slackPayload(message, sending)), { 'x-atlas-delivery': sending.deliveryId }, sending.signal),
})

/** `text` for notifications and for those who know no blocks, and a block for each alert. */
export function slackPayload(message: AlertMessage, saying: Saying) {
  const more = moreLine(message)
  return {
    text: escape(headline(message, saying)),
    blocks: [
      ...message.items.map((item) => section(itemText(item, saying))),
      ...(more === null ? [] : [{ type: 'context', elements: [{ type: 'mrkdwn', text: more }] }]),
    ],
  }
}

function section(text: string) {
  return { type: 'section', text: { type: 'mrkdwn', text: text.slice(0, SECTION) } }
}

function itemText(item: MessageItem, saying: Saying): string {
  const link = linkOf(item, saying)
  const head = escape(`${item.until === null ? `${item.severity}: ` : ''}${headOf(item)}`)
  return [`*${head}*`, ...linesOf(item, saying).map(escape), ...(link === null ? [] : [`<${link}|Open in Atlas>`])].join('\n')
}

/** The three characters that mean something to Slack, so that a name cannot become a link or a mention. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
