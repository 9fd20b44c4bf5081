import { useMutation } from '@tanstack/react-query'
import type { AlertBackTest, AlertRuleInput } from '../../../contract/alert-rules.ts'
import { Num } from '../../components/num.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { Time } from '../../components/time.tsx'
import { measured } from '../../measured.ts'
import { client } from '../../state/api.ts'

const SHOWN = 5

/** Tries a rule on what is stored of the last fourteen days. */
export function BackTest({ draft }: { draft: AlertRuleInput }) {
  const test = useMutation({ mutationFn: () => client.call('POST /alert-rules/back-test', { body: draft }) })
  return (
    <section aria-label="Try it on the past" className="grid gap-2 rounded-panel border border-line p-3">
      <div>
        <button type="button" className="btn" disabled={test.isPending} onClick={() => test.mutate()}>
          {test.isPending ? 'Looking' : 'Try it on the last 14 days'}
        </button>
      </div>
      {test.isError && <ProblemView error={test.error} what="Could not try it" />}
      {test.isSuccess && <Result result={test.data} />}
    </section>
  )
}

function Result({ result: { count, firings, to, why } }: { result: AlertBackTest }) {
  if (count === null || firings === null) return <p role="status">Whether it would have fired is not known. {why}</p>
  const scope = { rows: count, of: count, how: 'full', unit: 'occurrences' } as const
  const shown = firings.slice(0, SHOWN)
  return (
    <div role="status">
      <p>
        Would have fired{' '}
        <Num
          m={measured(count, { asOf: to, scope, src: { kind: 'query', id: 'back-test' } })}
          label="times that the rule would have fired"
        />{' '}
        {count === 1 ? 'time' : 'times'} in 14 days.
      </p>
      <ul className="mt-1 text-cell text-text-2">
        {shown.map(({ at, subject }) => (
          <li key={`${at} ${subject}`}>
            <Time at={at} /> {subject}
          </li>
        ))}
      </ul>
    </div>
  )
}
