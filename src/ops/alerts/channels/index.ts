import type { AlertChannelKind } from '../../../contract/alert-channels.ts'
import type { ChannelDefinition } from '../channel.ts'
import { email } from './email.ts'
import { slack } from './slack.ts'
import { webhook } from './webhook.ts'

/** Every kind of channel that messages are sent to. */
export const alertChannels: readonly ChannelDefinition[] = [webhook, slack, email] as ChannelDefinition[]

/** The kind of that id. Every id of the contract has one. */
export function alertChannelOf(id: AlertChannelKind): ChannelDefinition {
  const found = alertChannels.find((channel) => channel.id === id)
  if (found === undefined) throw new Error(`there is no kind of channel ${id}`)
  return found
}
