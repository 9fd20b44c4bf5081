import type { EventTrigger, TriggerEvent } from '../../../contract/triggers.ts'
import { SKIP_REASONS } from './words.ts'

export const EVENT_SKIPS: Record<NonNullable<EventTrigger['lastSkipReason']>, string> = {
  ...SKIP_REASONS,
  coalesced: 'a run for it waited already',
  circle: 'it had set itself off',
}

/** What lets it run, after "Runs when". */
export function eventText(event: TriggerEvent): string {
  if (event.kind === 'dataset') return `${event.dataset} is published`
  return event.kind === 'file' ? `a file arrives in ${event.path}` : 'a signed call comes'
}
