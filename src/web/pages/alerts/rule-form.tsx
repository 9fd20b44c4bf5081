import { type FormEvent, useState } from 'react'
import { ProblemError } from '../../../client/problem-error.ts'
import type { AlertChannel } from '../../../contract/alert-channels.ts'
import type { AlertRule, AlertRuleInput, AlertRuleKind } from '../../../contract/alert-rules.ts'
import { Field, Select } from '../../components/field.tsx'
import { FormButtons } from '../../components/form-buttons.tsx'
import { Modal } from '../../components/modal.tsx'
import { NumberField } from '../../components/number-field.tsx'
import { ProblemView } from '../../components/problem-view.tsx'
import { errorsOfProblem } from '../../schema-form/find-errors.ts'
import { SchemaForm } from '../../schema-form/schema-form.tsx'
import { useSaveRule } from './alert-acts.ts'
import { BackTest } from './back-test.tsx'
import { CHANNEL_KINDS } from './words.ts'

const SEVERITY_OPTIONS = [
  { value: 'critical', label: 'Critical' },
  { value: 'warning', label: 'Warning' },
  { value: 'info', label: 'Info' },
] as const

interface Props {
  rule: AlertRule | undefined
  kinds: AlertRuleKind[]
  channels: AlertChannel[]
  onClose: () => void
}

/** Makes or changes a rule, and shows when it would have fired before it is saved. */
export function RuleForm({ rule, kinds, channels, onClose }: Props) {
  const [draft, setDraft] = useState<AlertRuleInput>(() => draftOf(rule, kinds))
  const save = useSaveRule(rule?.id)
  const kind = kinds.find(({ id }) => id === draft.kind)
  const change = (part: Partial<AlertRuleInput>) => {
    if (save.isError) save.reset()
    setDraft({ ...draft, ...part })
  }
  const choose = (id: AlertRuleInput['kind']) => {
    const chosen = kinds.find((each) => each.id === id)
    change({ kind: id, options: {}, name: chosen?.title ?? draft.name, severity: chosen?.severity ?? draft.severity })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate(draft, { onSuccess: onClose })
  }
  const errors = save.error instanceof ProblemError ? errorsOfProblem(save.error.problem) : {}
  const ofOptions = Object.fromEntries(Object.entries(errors).map(([pointer, detail]) => [pointer.replace(/^\/options/, ''), detail]))
  return (
    <Modal title={rule === undefined ? 'Add a rule' : `Rule: ${rule.name}`} side="right" width={560} onClose={onClose}>
      <form className="grid gap-4 px-4 py-4" onSubmit={submit}>
        <Select
          label="What to look for"
          value={draft.kind}
          options={kinds.map(({ id, title }) => ({ value: id, label: title }))}
          onChange={choose}
          disabled={rule !== undefined}
        />
        {kind !== undefined && <p className="text-cell text-text-2">{kind.description}</p>}
        <Field label="Name">
          {(ids) => (
            <input
              {...ids}
              className="input"
              required
              maxLength={100}
              value={draft.name}
              onChange={(event) => change({ name: event.target.value })}
            />
          )}
        </Field>
        {kind !== undefined && (
          <SchemaForm
            key={kind.id}
            unfolded
            schema={kind.options}
            value={draft.options}
            onChange={(options) => change({ options })}
            errors={ofOptions}
          />
        )}
        <Select label="Severity" value={draft.severity} options={SEVERITY_OPTIONS} onChange={(severity) => change({ severity })} />
        {kind?.about !== 'machine' && (
          <>
            <Names label="Only these pipelines" names={draft.pipelines} onChange={(pipelines) => change({ pipelines })} />
            <Names label="Only these datasets" names={draft.datasets} onChange={(datasets) => change({ datasets })} />
          </>
        )}
        <Told draft={draft} channels={channels} onChange={(told) => change({ channels: told })} />
        <NumberField
          label="Tell of further occurrences at most every, in minutes"
          hint="They are counted in any case; 0 tells of each."
          min={0}
          max={43_200}
          value={draft.repeatMinutes}
          onChange={(repeatMinutes) => change({ repeatMinutes })}
        />
        <BackTest draft={draft} />
        {save.isError && <ProblemView error={save.error} what="Could not save the rule" />}
        <FormButtons submit="Save rule" busyWord="Saving" busy={save.isPending} disabled={draft.name === ''} onCancel={onClose} />
      </form>
    </Modal>
  )
}

/** Names with commas between; empty means all. */
function Names({ label, names, onChange }: { label: string; names: string[]; onChange: (names: string[]) => void }) {
  const [text, setText] = useState(names.join(', '))
  const take = () => onChange([...new Set(text.split(/[\s,]+/).filter((name) => name !== ''))])
  return (
    <Field label={label} hint="Names with commas between; all when empty.">
      {(ids) => <input {...ids} className="input" value={text} onChange={(event) => setText(event.target.value)} onBlur={take} />}
    </Field>
  )
}

function Told({ draft, channels, onChange }: { draft: AlertRuleInput; channels: AlertChannel[]; onChange: (channels: string[]) => void }) {
  const all = [
    { id: 'browser', label: 'Browser: the badge beside Alerts' },
    ...channels.map(({ id, name, kind }) => ({ id, label: `${name} (${CHANNEL_KINDS[kind]})` })),
  ]
  const toggle = (id: string) =>
    onChange(draft.channels.includes(id) ? draft.channels.filter((each) => each !== id) : [...draft.channels, id])
  return (
    <fieldset>
      <legend className="text-cell font-medium">Tell</legend>
      {all.map(({ id, label }) => (
        <label key={id} className="flex min-h-7 items-center gap-2">
          <input type="checkbox" checked={draft.channels.includes(id)} onChange={() => toggle(id)} /> {label}
        </label>
      ))}
    </fieldset>
  )
}

function draftOf(rule: AlertRule | undefined, kinds: readonly AlertRuleKind[]): AlertRuleInput {
  if (rule !== undefined) {
    const { kind, name, options, severity, pipelines, datasets, channels, repeatMinutes, enabled } = rule
    return { kind, name, options, severity, pipelines, datasets, channels, repeatMinutes, enabled }
  }
  const first = kinds[0]!
  const rest = { options: {}, pipelines: [], datasets: [], channels: ['browser'], repeatMinutes: 60, enabled: true }
  return { kind: first.id, name: first.title, severity: first.severity, ...rest }
}
