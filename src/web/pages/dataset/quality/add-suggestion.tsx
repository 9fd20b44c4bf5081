import { useMutation } from '@tanstack/react-query'
import { ProblemError } from '../../../../client/problem-error.ts'
import type { CheckRule } from '../../../../contract/quality.ts'
import { client } from '../../../state/api.ts'
import { renewQuality } from '../../../state/quality-queries.ts'
import { useMay } from '../../../state/session.ts'

/** Makes a suggested rule a rule of the dataset; it is measured from the next run on. */
export function AddSuggestion({ name, rule, why }: { name: string; rule: CheckRule; why: string }) {
  const may = useMay('quality.edit')
  const add = useMutation({
    mutationFn: () =>
      client.call('POST /datasets/:name/rules', { params: { name }, body: { rule, reason: `suggested: ${why}`.slice(0, 1000) } }),
    onSuccess: renewQuality,
  })
  if (add.isSuccess) return <span className="text-text-2">added</span>
  return (
    <span className="inline-flex items-center gap-2">
      <button
        type="button"
        className="btn min-h-7 px-2"
        disabled={!may || add.isPending}
        title={may ? undefined : 'Your role does not include changing rules'}
        onClick={() => add.mutate()}
      >
        Add <span className="sr-only">{rule.id ?? rule.check}</span>
      </button>
      {add.isError && <span className="text-bad">{add.error instanceof ProblemError ? add.error.problem.detail : String(add.error)}</span>}
    </span>
  )
}
