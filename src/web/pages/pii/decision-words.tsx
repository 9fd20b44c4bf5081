import type { PiiDecision, ReviewedFinding } from '../../../contract/pii-review.ts'
import { StatusBadge } from '../../components/status-badge.tsx'
import { Time } from '../../components/time.tsx'
import { entityName } from '../../format/pii-words.ts'
import { STATES } from './words.ts'

/** What was decided, by whom and when. */
export function DecisionWords({ state, decision }: { state: ReviewedFinding['state']; decision: PiiDecision }) {
  const { mark, word } = STATES[state]
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-1.5">
      <StatusBadge mark={mark} word={decision.correctedEntity === null ? word : `Is ${entityName(decision.correctedEntity)}`} />
      <span className="text-text-3">
        {decision.by}, <Time at={decision.at} />
      </span>
    </span>
  )
}
