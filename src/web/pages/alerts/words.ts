import type { AlertChannelKind } from '../../../contract/alert-channels.ts'
import type { AlertSeverity } from '../../../contract/alert-rules.ts'
import type { Alert, AlertChange, AlertDelivery } from '../../../contract/alerts.ts'
import type { Mark } from '../../components/status-badge.tsx'

export const SEVERITIES: Record<AlertSeverity, { mark: Mark; word: string }> = {
  critical: { mark: 'failed', word: 'Critical' },
  warning: { mark: 'warning', word: 'Warning' },
  info: { mark: 'none', word: 'Info' },
}

export const STATES: Record<Alert['state'], { mark: Mark; word: string }> = {
  open: { mark: 'failed', word: 'Open' },
  recovered: { mark: 'ok', word: 'Over by itself' },
  resolved: { mark: 'ok', word: 'Resolved' },
}

export const CHANGES: Record<AlertChange['change'], string> = {
  opened: 'opened',
  occurred: 'seen again',
  recovered: 'over',
  reminded: 'silence ended, still open',
  taken: 'taken',
  snoozed: 'snoozed',
  resolved: 'resolved',
}

export const DELIVERIES: Record<AlertDelivery['state'], { mark: Mark; word: string }> = {
  waiting: { mark: 'waiting', word: 'Waiting' },
  sent: { mark: 'ok', word: 'Sent' },
  gave_up: { mark: 'failed', word: 'Given up' },
}

export const CHANNEL_KINDS: Record<AlertChannelKind, string> = { webhook: 'Webhook', slack: 'Slack', email: 'E-mail' }

/** Times for which an alert can be silenced. */
export const SNOOZES: readonly { value: string; label: string }[] = [
  { value: '60', label: 'One hour' },
  { value: '240', label: 'Four hours' },
  { value: '1440', label: 'A day' },
  { value: '10080', label: 'A week' },
]
