import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Policy } from '../../../contract/pii.ts'
import { Field, Select } from '../../components/field.tsx'
import { Panel } from '../../components/panel.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { client, queryClient } from '../../state/api.ts'
import { useMay } from '../../state/session.ts'
import { useChangeSource } from '../sources/source-acts.ts'
import { BeforeAfter } from './before-after.tsx'
import { isSound, problemOfPurpose, samePolicy } from './policy-draft.ts'
import { PolicyRules } from './policy-rules.tsx'
import type { PolicyTarget } from './policy-targets.ts'

/** The policy of a source or pipeline, to be changed. Nothing is saved before the button. */
export function PolicyEditor({ target }: { target: PolicyTarget }) {
  const [policy, setPolicy] = useState(target.policy)
  /** The newest that could be saved: what is half typed is tried by nobody. */
  const [sound, setSound] = useState(target.policy)
  const [dataset, setDataset] = useState<string>()
  const save = useSavePolicy(target)
  const permission = target.kind === 'source' ? 'sources.edit' : 'pipelines.edit'
  const may = useMay(permission)
  const changed = !samePolicy(policy, target.policy)
  const own = [...new Set([...target.datasets, ...Object.keys(policy.datasets ?? {})])].toSorted()
  const set = (next: Policy) => {
    if (save.isError || save.isSuccess) save.reset()
    setPolicy(next)
    if (isSound(next)) setSound(next)
  }
  return (
    <div className="grid grid-cols-1 gap-4">
      <Panel
        title={`Policy of ${target.name}`}
        aside={
          own.length > 0 && (
            <Select
              compact
              label="Rules of"
              value={dataset ?? ''}
              options={[{ value: '', label: 'every dataset' }, ...own.map((name) => ({ value: name, label: name }))]}
              onChange={(name) => setDataset(name === '' ? undefined : name)}
            />
          )
        }
      >
        <div className="grid gap-4 p-4">
          {dataset !== undefined && (
            <p className="text-cell text-text-2">
              Rules for kinds can only be stricter here than those of every dataset: the stricter of two wins. A rule for a column wins over
              both.
            </p>
          )}
          <PolicyRules policy={policy} dataset={dataset} disabled={!may} onChange={set} />
          {dataset === undefined && <PurposeField policy={policy} disabled={!may} onChange={set} />}
          {save.isError && (
            <div className="panel">
              <ProblemView error={save.error} what="Nothing was saved" />
            </div>
          )}
          {save.isSuccess && !changed && <p role="status">Saved. The next run follows it; what is published stays as it is until then.</p>}
          <div className="flex flex-wrap items-center gap-2">
            <button
              type="button"
              className="btn btn-primary"
              disabled={!may || !changed || !isSound(policy) || save.isPending}
              title={may ? undefined : 'Your role does not include changing this policy'}
              onClick={() => save.mutate(policy)}
            >
              {save.isPending ? 'Saving' : 'Save policy'}
            </button>
            <button type="button" className="btn" disabled={!changed || save.isPending} onClick={() => set(target.policy)}>
              Undo changes
            </button>
            {!may && <span className="text-cell text-text-3">Your role does not include changing this policy.</span>}
          </div>
        </div>
      </Panel>
      <BeforeAfter policy={sound} dataset={dataset} />
    </div>
  )
}

/** Within which tokens join: the same value gives the same token in every policy of one purpose, and another in another. */
function PurposeField({ policy, disabled, onChange }: { policy: Policy; disabled: boolean; onChange: (policy: Policy) => void }) {
  return (
    <div className="border-t border-line pt-3">
      <div className="max-w-xl">
        <Field
          label="Purpose of tokens"
          error={problemOfPurpose(policy.purpose) ?? undefined}
          hint="What is hashed, pseudonymised, encrypted or made up joins within one purpose only. A change gives every value another token from the next run on; default when empty."
        >
          {(ids) => (
            <input
              {...ids}
              className="input max-w-60 font-mono"
              disabled={disabled}
              placeholder="default"
              value={policy.purpose ?? ''}
              onChange={(event) => onChange({ ...policy, purpose: event.target.value === '' ? undefined : event.target.value })}
            />
          )}
        </Field>
      </div>
    </div>
  )
}

/** Saves a policy where it belongs. */
function useSavePolicy(target: PolicyTarget) {
  const source = useChangeSource(target.name)
  return useMutation({
    mutationFn: async (policy: Policy) => {
      if (target.kind === 'source') return void (await source.mutateAsync({ policy }))
      const now = (await client.call('GET /pipelines')).find(({ name }) => name === target.name)
      if (now === undefined) throw new Error(`The pipeline ${target.name} is not there any more.`)
      await client.call('PUT /pipelines/:name', { params: { name: target.name }, body: { ...now.definition, policy } })
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [target.kind === 'source' ? 'sources' : 'pipelines'] }),
  })
}
