import type { PagesRead } from './read-pages.ts'
import type { RestStream } from './stream-settings.ts'

/** What people should know of pages that were read. */
export function warningsOf(stream: RestStream, { ignored }: PagesRead): string[] {
  if (ignored.length === 0) return []
  const statuses = [...new Set(ignored)].join(', ')
  return [`${stream.name}: ${ignored.length} answer${ignored.length === 1 ? '' : 's'} with status ${statuses} ignored, as its rules say.`]
}
