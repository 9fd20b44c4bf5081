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
  const isPermitted = useMay(permission)
  const may = isPermitted && target.file === null
  const changed = !samePolicy(policy, target.policy)
  const own = [...new Set([...target.datasets, ...Object.keys(policy.datasets ?? {})])].toSorted()
  const set = (next: Policy) => {
    if (save.isError || save.isSuccess) save.reset()
    setPolicy(next)
    if (isSound(next)) setSound(next)
  }
  const loadTheirs = async (theirs: Policy | null) => {
    await renew(target.kind)
    if (theirs !== null) set(theirs)
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
          {target.file !== null && <HeldNote name={target.name} file={target.file} />}
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
          {save.data != null && (
            <div
              role="alert"
              className="flex flex-wrap items-center gap-x-4 gap-y-1 rounded-panel border border-warn-mark bg-warn-tint px-4 py-2"
            >
              <span>Nothing was saved: somebody else changed this policy meanwhile.</span>
              <button type="button" className="btn min-h-7" onClick={() => void loadTheirs(save.data)}>
                Show theirs
              </button>
            </div>
          )}
          {save.data === null && !changed && (
            <p role="status">Saved. The next run follows it; what is published stays as it is until then.</p>
          )}
          {target.file === null && (
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
          )}
        </div>
      </Panel>
      <BeforeAfter policy={sound} dataset={dataset} />
    </div>
  )
}

/** The policy stands in a file, and is changed there. */
function HeldNote({ name, file }: { name: string; file: string }) {
  return (
    <p role="note" className="rounded-panel border border-line bg-idle-tint px-4 py-2 text-cell">
      Read-only here: it stands in <code className="font-mono">{file}</code>. Change the file and run{' '}
      <code className="font-mono">atlas apply</code>, or take{' '}
      <a className="link" href={`/pipelines/${encodeURIComponent(name)}`}>
        the pipeline
      </a>{' '}
      out of the file first.
    </p>
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

/**
 * Saves a policy where it belongs, unless it is no longer the one that was shown.
 * @returns what stands there instead, where somebody else changed it meanwhile; null once it is saved
 */
function useSavePolicy(target: PolicyTarget) {
  const { kind, name } = target
  const source = useChangeSource(name)
  return useMutation({
    mutationFn: async (policy: Policy): Promise<Policy | null> => {
      const params = { name }
      if (kind === 'source') {
        const { policy: theirs } = await client.call('GET /sources/:name', { params })
        if (!samePolicy(theirs, target.policy)) return theirs
        await source.mutateAsync({ policy })
        return null
      }
      const { definition } = await client.call('GET /pipelines/:name', { params })
      if (!samePolicy(definition.policy, target.policy)) return definition.policy
      await client.call('PUT /pipelines/:name', { params, body: { ...definition, policy } })
      return null
    },
    onSuccess: (theirs) => (theirs === null ? renew(kind) : undefined),
  })
}

function renew(kind: PolicyTarget['kind']): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: [kind === 'source' ? 'sources' : 'pipelines'] })
}
