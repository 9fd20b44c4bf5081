import type { z } from 'zod'
import type { AlertChannelKind } from '../../contract/alert-channels.ts'
import type { AlertMessage } from './alert-message.ts'
import type { Saying } from './message-text.ts'

export interface Sending extends Saying {
  /** Idempotency key: the same for every try of one message. */
  deliveryId: string
  /** Name of the channel. */
  channel: string
  now: Date
  /** Aborted when the other side took too long. */
  signal: AbortSignal
}

/** A kind of channel. One file each. */
export interface ChannelDefinition<Settings = unknown> {
  id: AlertChannelKind
  title: string
  description: string
  /** Fields marked `secret` are sealed and never shown; those marked `destination` say where secrets go. */
  settings: z.ZodType<Settings>
  /**
   * Sends one message. @returns what the other side answered, in short
   * @throws AtlasError `alert.not_delivered`, `source.refused`
   */
  send(settings: Settings, message: AlertMessage, sending: Sending): Promise<string>
}

/** Keeps the type of a channel's settings together with its function. */
export function defineChannel<Settings>(channel: ChannelDefinition<Settings>): ChannelDefinition<Settings> {
  return channel
}
