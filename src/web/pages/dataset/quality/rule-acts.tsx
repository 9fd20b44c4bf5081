import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { DatasetRule } from '../../../../contract/quality-rules.ts'
import { ProblemView } from '../../../components/problem-view.tsx'
import { client } from '../../../state/api.ts'
import { renewQuality } from '../../../state/quality-queries.ts'
import { useMay } from '../../../state/session.ts'

/** Edit, turn off or delete a rule that was made in the browser; others are changed where they stand. */
export function RuleActs({ declared }: { declared: DatasetRule }) {
  const may = useMay('quality.edit')
  if (!declared.editable || declared.version === null || !may) return null
  return <Acts declared={declared} expectedVersion={declared.version} />
}

function Acts({ declared, expectedVersion }: { declared: DatasetRule; expectedVersion: number }) {
  const navigate = useNavigate({ from: '/datasets/$name' })
  const [asked, setAsked] = useState(false)
  const params = { name: declared.dataset, rule: declared.id }
  const turn = useMutation({
    mutationFn: (enabled: boolean) => client.call('PATCH /datasets/:name/rules/:rule', { params, body: { enabled, expectedVersion } }),
    onSuccess: renewQuality,
  })
  const remove = useMutation({
    mutationFn: () => client.call('DELETE /datasets/:name/rules/:rule', { params, query: { expectedVersion } }),
    onSuccess: async () => {
      await renewQuality()
      void navigate({ search: (old) => ({ ...old, rule: undefined }), resetScroll: false })
    },
  })
  const failed = turn.error ?? remove.error
  const isBusy = turn.isPending || remove.isPending
  return (
    <div>
      <div className="flex flex-wrap gap-2">
        <button
          type="button"
          className="btn"
          onClick={() => void navigate({ search: (old) => ({ ...old, edit: declared.id }), resetScroll: false })}
        >
          Edit
        </button>
        <button type="button" className="btn" disabled={isBusy} onClick={() => turn.mutate(!declared.rule.enabled)}>
          {declared.rule.enabled ? 'Turn off' : 'Turn on'}
        </button>
        {asked ? (
          <button type="button" className="btn btn-danger" disabled={isBusy} onClick={() => remove.mutate()}>
            Delete {declared.id}; its results stay
          </button>
        ) : (
          <button type="button" className="btn" disabled={isBusy} onClick={() => setAsked(true)}>
            Delete
          </button>
        )}
      </div>
      {failed !== null && <ProblemView error={failed} what="Nothing was changed" />}
    </div>
  )
}
