import type { PiiRule } from '../../../contract/pii.ts'
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
export function ruleInWords({ action, last, label, to, size, on }: PiiRule): string {
  if (last !== undefined) return `${actionName(action)}, last ${last} stay`
  if (label !== undefined) return `${actionName(action)} “${label}”`
  if (to === undefined) return actionName(action)
  return `${actionName(action)}, by ${to.replace('_', ' ')}${size === undefined ? '' : ` of ${size}`}${on === undefined ? '' : ` on ${on}`}`
}

/** The same of what was done about a finding. */
export function actionInWords({ action, rule }: NonNullable<ReviewedFinding['finding']>): string {
  return ruleInWords(rule ?? { action })
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
