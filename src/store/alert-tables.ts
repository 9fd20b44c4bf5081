import type { Generated } from 'kysely'
import type { AlertChannelKind } from '../contract/alert-channels.ts'
import type { AlertKind, AlertSeverity } from '../contract/alert-rules.ts'
import type { Alert, AlertChange, AlertDelivery, AlertState } from '../contract/alerts.ts'
import type { Big, Json, Time, TimeOrNull } from './column.ts'

export interface AlertRulesTable {
  id: string
  kind: AlertKind
  name: string
  options: Json<Record<string, unknown>>
  severity: AlertSeverity
  pipelines: Json<string[]>
  datasets: Json<string[]>
  channels: Json<string[]>
  repeat_minutes: number
  enabled: boolean
  /** What was over before the first look is noted and not told of. */
  is_baselined: Generated<boolean>
  evaluated_at: TimeOrNull
  /** Error code of the last look, when that failed. */
  evaluation_error: string | null
  /** The file of a pipeline that holds it; null for one that was made by itself. */
  file: string | null
  /** The pipeline whose file it is, or was. */
  pipeline: string | null
  created_at: Time
  updated_by: string
  updated_at: Time
}

export interface AlertChannelsTable {
  id: string
  name: string
  kind: AlertChannelKind
  /** Secrets in it are sealed. */
  settings: Json<Record<string, unknown>>
  secrets_set_at: Json<Record<string, string>>
  hourly_limit: number
  group_seconds: number
  last_sent_at: TimeOrNull
  last_failed_at: TimeOrNull
  last_error: string | null
  created_at: Time
  updated_by: string
  updated_at: Time
}

export interface AlertsTable {
  id: string
  rule_id: string | null
  kind: AlertKind
  severity: AlertSeverity
  subject: string
  state: AlertState
  what: string
  cause: string | null
  next: string
  pipeline: string | null
  dataset: string | null
  run_id: string | null
  link: string
  downstream: Json<Alert['downstream']>
  in_browser: boolean
  occurrences: Generated<Big>
  opened_at: Date
  last_at: Date
  /** When a message about it was made last. */
  told_at: Date
  owner: string | null
  taken_at: TimeOrNull
  snoozed_until: TimeOrNull
  ended_at: TimeOrNull
  ended_by: string | null
  note: string | null
}

/** Occurrences that were counted: each once, whoever looks and however often. */
export interface AlertSeenTable {
  rule_id: string
  subject: string
  key: string
  at: Date
}

export interface AlertChangesTable {
  id: Generated<Big>
  alert_id: string
  change: AlertChange['change']
  at: Date
  by: string | null
  note: string | null
}

/** The outbox: one row for a change and a channel. */
export interface AlertMessagesTable {
  id: Generated<Big>
  change_id: Big
  alert_id: string
  channel_id: string
  at: Date
  /** The message that it went into; null while it waits. */
  delivery_id: string | null
}

export interface AlertDeliveriesTable {
  id: string
  channel_id: string
  /** What is told, as it stood when the message was made: every try says the same. */
  message: Json<unknown>
  alerts: number
  state: Generated<AlertDelivery['state']>
  attempts: Generated<number>
  formed_at: Date
  tried_at: Date
  due_at: Date
  /** Waits between tries so far; a clock that was set does not change it. */
  waited_seconds: Generated<number>
  lease: string | null
  leased_until: TimeOrNull
  sent_at: TimeOrNull
  answer: string | null
  error: string | null
}

/** Who looks and sends, for so long as it says so. */
export interface AlertLeasesTable {
  name: string
  holder: string
  /** As people read it, e.g. `atlas worker 4711 on host`. */
  process: string
  /** A process of a higher rank takes the lease over. */
  rank: number
  since: Date
  leased_until: Date
  /** Counts how often other processes have asked for a look. */
  asked: Generated<Big>
}

export interface AlertTables {
  alert_leases: AlertLeasesTable
  alert_rules: AlertRulesTable
  alert_channels: AlertChannelsTable
  alerts: AlertsTable
  alert_seen: AlertSeenTable
  alert_changes: AlertChangesTable
  alert_messages: AlertMessagesTable
  alert_deliveries: AlertDeliveriesTable
}
