import { useId } from 'react'
import type { Coarser, PiiAction, PiiRule } from '../../../contract/pii.ts'
import { Select } from '../../components/field.tsx'
import { ACTION_NAMES } from '../../format/pii-words.ts'
import { NumberField } from './number-field.tsx'
import { problemOfPolicyRule, withAction } from './policy-draft.ts'

const ACTIONS: { value: PiiAction; label: string }[] = Object.entries(ACTION_NAMES).map(([value, label]) => ({
  value: value as PiiAction,
  label,
}))

const COARSER: { value: Coarser | ''; label: string }[] = [
  { value: '', label: 'what fits the kind' },
  { value: 'year', label: 'year' },
  { value: 'month', label: 'month' },
  { value: 'decade', label: 'decade' },
  { value: 'age_band', label: 'band of ages' },
  { value: 'prefix', label: 'first characters (region)' },
  { value: 'bucket', label: 'bucket of a number' },
]

/** What `size` is called for each way that has one. */
const SIZES: Partial<Record<Coarser, string>> = { age_band: 'Years', prefix: 'Characters', bucket: 'Width' }

/** An action and its parameters. `what` names what the rule is for, to screen readers. */
export function RuleFields({
  rule,
  what,
  disabled,
  onChange,
}: {
  rule: PiiRule
  what: string
  disabled: boolean
  onChange: (rule: PiiRule) => void
}) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="w-56">
        <Select
          hideLabel
          label={`Action for ${what}`}
          value={rule.action}
          options={ACTIONS}
          disabled={disabled}
          onChange={(action) => onChange(withAction(action))}
        />
      </div>
      <Parameters rule={rule} what={what} disabled={disabled} onChange={onChange} />
      <Problem rule={rule} />
    </div>
  )
}

function Problem({ rule }: { rule: PiiRule }) {
  const problem = problemOfPolicyRule(rule)
  return problem === null ? null : (
    <p role="alert" className="basis-full text-label font-medium text-bad">
      {problem}
    </p>
  )
}

function Parameters({
  rule,
  what,
  disabled,
  onChange,
}: {
  rule: PiiRule
  what: string
  disabled: boolean
  onChange: (rule: PiiRule) => void
}) {
  const shared = { what, disabled }
  switch (rule.action) {
    case 'mask':
      return <NumberField {...shared} label="Last characters kept" value={rule.last} onChange={(last) => onChange(set(rule, { last }))} />
    case 'replace':
      return <TextField {...shared} label="Label" value={rule.label} onChange={(label) => onChange(set(rule, { label }))} />
    case 'generalise': {
      const size = rule.to === undefined ? undefined : SIZES[rule.to]
      return (
        <>
          <Select
            compact
            label="to"
            value={rule.to ?? ''}
            options={COARSER}
            disabled={disabled}
            onChange={(to) => onChange(to === '' ? { action: 'generalise' } : { action: 'generalise', to })}
          />
          {size !== undefined && (
            <NumberField
              {...shared}
              label={size}
              decimals={rule.to === 'bucket'}
              value={rule.size}
              onChange={(value) => onChange(set(rule, { size: value }))}
            />
          )}
          {rule.to === 'age_band' && <DayField {...shared} value={rule.on} onChange={(on) => onChange(set(rule, { on }))} />}
        </>
      )
    }
    default:
      return null
  }
}

/** The rule with a parameter changed; one that is undefined is left out. */
function set(rule: PiiRule, part: Partial<PiiRule>): PiiRule {
  return Object.fromEntries(Object.entries({ ...rule, ...part }).filter(([, value]) => value !== undefined)) as PiiRule
}

interface ParameterProps<T> {
  label: string
  what: string
  disabled: boolean
  value: T | undefined
  onChange: (value: T | undefined) => void
}

function TextField({ label, what, disabled, value, onChange }: ParameterProps<string>) {
  const id = useId()
  return (
    <span className="inline-flex items-center gap-2">
      <label htmlFor={id} className="text-label text-text-2">
        {label} <span className="sr-only">of {what}</span>
      </label>
      <span className="w-40">
        <input
          id={id}
          className="input"
          maxLength={100}
          disabled={disabled}
          placeholder="the kind's name"
          value={value ?? ''}
          onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
        />
      </span>
    </span>
  )
}

/** The day on which ages are reckoned; the day of each run when empty. */
function DayField({ what, disabled, value, onChange }: Omit<ParameterProps<string>, 'label'>) {
  const id = useId()
  return (
    <span className="inline-flex items-center gap-2">
      <label htmlFor={id} className="text-label whitespace-nowrap text-text-2">
        Age on <span className="sr-only">of {what}</span>
      </label>
      <span className="w-40">
        <input
          id={id}
          className="input"
          disabled={disabled}
          placeholder="day of the run"
          title="A day such as 2026-01-01; the day of each run when empty"
          value={value ?? ''}
          onChange={(event) => onChange(event.target.value.trim() === '' ? undefined : event.target.value.trim())}
        />
      </span>
    </span>
  )
}
