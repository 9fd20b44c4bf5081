import type { ReviewedFinding } from '../../../contract/pii-review.ts'
import type { Mark } from '../../components/status-badge.tsx'
import { actionName, entityName } from '../../format/pii-words.ts'

type State = ReviewedFinding['state']

export const STATES: Record<State, { mark: Mark; word: string }> = {
  open: { mark: 'waiting', word: 'Undecided' },
  confirmed: { mark: 'ok', word: 'Confirmed' },
  corrected: { mark: 'ok', word: 'Corrected' },
  dismissed: { mark: 'cancelled', word: 'Not personal data' },
}

/** The action with its parameters in words: `Masked, last 4 stay`. */
export function actionInWords(finding: NonNullable<ReviewedFinding['finding']>): string {
  const { action, rule } = finding
  if (rule?.last !== undefined) return `${actionName(action)}, last ${rule.last} stay`
  if (rule?.label !== undefined) return `${actionName(action)} “${rule.label}”`
  if (rule?.to !== undefined) return `${actionName(action)}, by ${rule.to.replace('_', ' ')}`
  return actionName(action)
}

export const CSV_HEADER = [
  'dataset',
  'layer',
  'column',
  'kind',
  'kind_name',
  'cells_found',
  'cells_looked_at',
  'sampled',
  'within',
  'evidence',
  'action',
  'decision',
  'corrected_to',
  'decided_by',
  'decided_at',
  'reason',
  'snapshot',
]

/** A finding as a line of the CSV. Never a value of a row; a cell stays empty where nothing was measured. */
export function csvRow({ dataset, layer, column, entity, finding, state, decision, snapshotId }: ReviewedFinding): (string | number)[] {
  return [
    dataset,
    layer,
    column,
    entity,
    entityName(entity),
    finding?.matches ?? '',
    finding?.rows ?? '',
    finding === null ? '' : finding.sampled == null ? 'no' : 'yes',
    finding?.within ?? '',
    finding?.evidence.join('; ') ?? '',
    finding?.action ?? '',
    state,
    decision?.correctedEntity ?? '',
    decision?.by ?? '',
    decision?.at ?? '',
    decision?.reason ?? '',
    snapshotId,
  ]
}
