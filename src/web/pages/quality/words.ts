import type { Dimension } from '../../../contract/quality.ts'
import type { QualityState } from '../../../contract/quality-overview.ts'
import type { Mark } from '../../components/status-badge.tsx'

/** The six dimensions, short enough to head a column. */
export const DIMENSION_HEADS: { id: Dimension; head: string; asks: string }[] = [
  { id: 'completeness', head: 'Complete', asks: 'Are the values there?' },
  { id: 'uniqueness', head: 'Unique', asks: 'Is each row once?' },
  { id: 'timeliness', head: 'Timely', asks: 'Is it recent enough?' },
  { id: 'validity', head: 'Valid', asks: 'Do values fit their rules?' },
  { id: 'accuracy', head: 'Accurate', asks: 'Do values agree with a reference?' },
  { id: 'consistency', head: 'Consistent', asks: 'Do values agree with each other?' },
]

/** The outcome of a set of rules. Failed, could not run and not run are three different things. */
export const STATE_MARKS: Record<QualityState, { mark: Mark; word: string }> = {
  failed: { mark: 'failed', word: 'Failing' },
  error: { mark: 'error', word: 'Could not run' },
  warned: { mark: 'warning', word: 'Over limit' },
  not_run: { mark: 'waiting', word: 'Not run' },
  passed: { mark: 'ok', word: 'Passing' },
  none: { mark: 'none', word: 'No rule' },
}
