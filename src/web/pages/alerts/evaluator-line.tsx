import type { AlertStatus } from '../../../contract/alerts.ts'
import { StatusBadge, type Mark } from '../../components/status-badge.tsx'
import { Time } from '../../components/time.tsx'

type State = AlertStatus['evaluator']['state']

const WORDS: Record<State, { mark: Mark; word: string }> = {
  up: { mark: 'ok', word: 'Rules are being looked at' },
  partial: { mark: 'warning', word: 'Some rules could not be looked at' },
  down: { mark: 'error', word: 'Rules are not being looked at' },
  never: { mark: 'waiting', word: 'Rules were never looked at' },
  off: { mark: 'paused', word: 'No rule is enabled' },
}

/** Whether what the page says can be believed, and since when. */
export function EvaluatorLine({ evaluator }: { evaluator: AlertStatus['evaluator'] }) {
  const { state, lastAt, by } = evaluator
  return (
    <span data-evaluator={state} className="inline-flex flex-wrap items-center gap-x-2">
      <StatusBadge {...WORDS[state]} />
      {lastAt !== null && (
        <span className="text-text-3">
          last evaluation <Time at={lastAt} />
          {by !== null && ` by ${by}`}
        </span>
      )}
    </span>
  )
}

/** What is not known while rules are not looked at; nothing when all are. */
export function EvaluatorWarning({ evaluator }: { evaluator: AlertStatus['evaluator'] }) {
  const { state, failing } = evaluator
  if (state === 'up') return null
  return (
    <div role="status" className="mb-4 rounded-panel border border-line bg-warn-tint px-4 py-2 text-cell text-warn">
      <p className="font-medium">
        {state === 'off' && 'No rule is enabled, so nothing that goes wrong becomes an alert.'}
        {state === 'never' && 'Rules have not been looked at yet. They are while atlas start or an atlas worker is running.'}
        {state === 'down' && 'Rules are not being looked at. What went wrong since then is not shown here, and nobody is told of it.'}
        {state === 'partial' && 'Some rules could not be looked at. What they look for is not known:'}
      </p>
      {state === 'partial' && (
        <ul>
          {failing.map(({ ruleId, name, code }) => (
            <li key={ruleId}>
              {name}: {code === 'internal' ? 'a fault of Atlas, which its log says more of' : <code className="font-mono">{code}</code>}
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
