import { useMutation } from '@tanstack/react-query'
import type { CheckRuleInput } from '../../../../contract/quality.ts'
import { ProblemView } from '../../../components/problem-view.tsx'
import { CHECK_MARKS, StatusBadge } from '../../../components/status-badge.tsx'
import { formatCount } from '../../../format/count.ts'
import { client } from '../../../state/api.ts'
import { RowsGrid } from './failing-rows-table.tsx'
import { formatFigure } from './words.ts'

/** Measures a rule on the published snapshot without keeping it, and shows what came of it. */
export function RuleTest({ dataset, rule, ready }: { dataset: string; rule: CheckRuleInput; ready: () => boolean }) {
  const asked = JSON.stringify(rule)
  const test = useMutation({
    mutationFn: async () => ({
      asked,
      outcome: await client.call('POST /datasets/:name/rules/test', { params: { name: dataset }, body: { rule, failingRows: 10 } }),
    }),
  })
  const answer = test.data?.asked === asked ? test.data.outcome : undefined
  return (
    <section className="rounded-panel border border-line p-4" aria-busy={test.isPending}>
      <div className="flex flex-wrap items-center gap-3">
        <button type="button" className="btn" disabled={test.isPending} onClick={() => ready() && test.mutate()}>
          {test.isPending ? 'Measuring' : 'Test on the published snapshot'}
        </button>
        <span className="text-label text-text-3">
          {test.data !== undefined && answer === undefined ? 'The rule was changed since it was tested.' : 'Nothing is kept.'}
        </span>
      </div>
      {test.isError && <ProblemView error={test.error} what="Could not test" />}
      {answer !== undefined && <Answer answer={answer} />}
    </section>
  )
}

function Answer({ answer }: { answer: Awaited<ReturnType<typeof client.call<'POST /datasets/:name/rules/test'>>> }) {
  const { result, failing, warnings, snapshotId } = answer
  const { mark, word } = CHECK_MARKS[result.status]
  return (
    <div className="mt-3 grid gap-2" role="status">
      <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <StatusBadge mark={mark} word={word} />
        {result.eligible > 0 && (
          <span>
            {formatCount(result.failing)} of {formatCount(result.eligible)} rows break it
          </span>
        )}
        {result.value !== null && <span>measured: {formatFigure(result.value)}</span>}
        <span className="text-label text-text-3">
          snapshot <code className="font-mono">{snapshotId}</code>
        </span>
      </p>
      {result.message !== null && <p className="text-text-2">{result.message}</p>}
      {warnings.map((warning) => (
        <p key={warning} className="text-warn">
          {warning}
        </p>
      ))}
      {failing !== null && failing.rows.length > 0 && <RowsGrid label="First rows that break it" found={failing} />}
    </div>
  )
}
