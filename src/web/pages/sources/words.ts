import type { ReadMode, SchemaAction } from '../../../contract/pipelines.ts'
import type { CheckedPart, Source, SourceState, SourceStream } from '../../../contract/sources.ts'
import type { Mark } from '../../components/status-badge.tsx'

/** States of a source in words, from what happened. */
export const SOURCE_MARKS: Record<SourceState, { mark: Mark; word: string }> = {
  never_run: { mark: 'waiting', word: 'Never run' },
  running: { mark: 'running', word: 'Running' },
  on_time: { mark: 'ok', word: 'On time' },
  partial: { mark: 'warning', word: 'Partly read' },
  rate_limited: { mark: 'late', word: 'Rate limited' },
  failing: { mark: 'failed', word: 'Failing' },
  paused: { mark: 'paused', word: 'Paused' },
}

export const STREAM_MARKS: Record<SourceStream['lastState'], { mark: Mark; word: string }> = {
  never_run: { mark: 'waiting', word: 'Never read' },
  succeeded: { mark: 'ok', word: 'Read' },
  partial: { mark: 'warning', word: 'Partly read' },
  failed: { mark: 'failed', word: 'Failed' },
  rate_limited: { mark: 'late', word: 'Rate limited' },
  not_reached: { mark: 'skipped', word: 'Not reached' },
}

/** How a stream is read, as a person would say it. */
export const MODE_WORDS: Record<ReadMode, { title: string; text: string }> = {
  replace: { title: 'Replace all each time', text: 'Each run reads the whole stream, and the dataset becomes what the source holds then.' },
  append: { title: 'Add only what is new', text: 'Each run reads what is past the cursor and adds it.' },
  merge: { title: 'Merge changes by key', text: 'Each run reads what is past the cursor; of each key the newest row stays.' },
  full_append: { title: 'Add all each time', text: 'Each run reads the whole stream again and adds all of it: a history of full copies.' },
}

export const PART_WORDS: Record<CheckedPart['part'], string> = {
  name: 'Name',
  connection: 'Connection',
  tls: 'TLS',
  sign_in: 'Sign-in',
  permission: 'Permission',
  object: 'Object',
}

export const ACTION_WORDS: Record<SchemaAction, string> = {
  evolve: 'Take it in',
  freeze: 'Stop the stream',
  discard_row: 'Leave the row out',
  discard_value: 'Leave the value out',
  quarantine: 'Row to quarantine',
}

/** The reason in words why a source is not well; null when it is. */
export function reasonOf(source: Source): string | null {
  const error = source.lastRun?.error
  if (error === null || error === undefined) return source.state === 'never_run' ? 'Nothing was read yet.' : null
  return `${error.title}. ${error.detail}`
}
