import type { ReadResult } from '../connector.ts'
import type { RestStream } from './stream-settings.ts'

/** What arrived beside what the source says it has; nothing where it says nothing. */
export function countedRows({ total }: RestStream, stated: number | null, read: number): Pick<ReadResult, 'counted'> {
  if (stated === null) return {}
  return { counted: { rows: stated, read, tolerance: Math.floor((stated * (total?.tolerance ?? 0)) / 100) } }
}
