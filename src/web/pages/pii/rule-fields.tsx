import { useId } from 'react'
import type { Coarser, PiiAction, PiiRule } from '../../../contract/pii.ts'
import { Select } from '../../components/field.tsx'
import { ACTION_NAMES } from '../../format/pii-words.ts'
import { withAction } from './policy-draft.ts'

const ACTIONS: { value: PiiAction; label: string }[] = Object.entries(ACTION_NAMES).map(([value, label]) => ({
  value: value as PiiAction,
  label,
}))

const COARSER: { value: Coarser; label: string }[] = [
  { value: 'year', label: 'year' },
  { value: 'month', label: 'month' },
  { value: 'decade', label: 'decade' },
  { value: 'age_band', label: 'band of ages' },
  { value: 'prefix', label: 'first characters' },
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
    </div>
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
      return (
        <NumberField
          {...shared}
          label="Last characters kept"
          placeholder="default"
          value={rule.last}
          onChange={(last) => onChange(set(rule, { last }))}
        />
      )
    case 'replace':
      return <TextField {...shared} label="Label" value={rule.label} onChange={(label) => onChange(set(rule, { label }))} />
    case 'generalise': {
      const size = rule.to === undefined ? undefined : SIZES[rule.to]
      return (
        <>
          <Select
            compact
            label="to"
            value={rule.to ?? 'year'}
            options={COARSER}
            disabled={disabled}
            onChange={(to) => onChange({ action: 'generalise', to })}
          />
          {size !== undefined && (
            <NumberField
              {...shared}
              label={size}
              placeholder="default"
              value={rule.size}
              onChange={(value) => onChange(set(rule, { size: value }))}
            />
          )}
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
  placeholder?: string
  onChange: (value: T | undefined) => void
}

function NumberField({ label, what, disabled, value, placeholder, onChange }: ParameterProps<number>) {
  const id = useId()
  return (
    <span className="inline-flex items-center gap-2">
      <label htmlFor={id} className="text-label whitespace-nowrap text-text-2">
        {label} <span className="sr-only">of {what}</span>
      </label>
      <span className="w-20">
        <input
          id={id}
          className="input"
          inputMode="numeric"
          disabled={disabled}
          placeholder={placeholder}
          value={value ?? ''}
          onChange={(event) => {
            const text = event.target.value.trim()
            if (text === '') onChange(undefined)
            else if (/^\d{1,9}$/.test(text)) onChange(Number(text))
          }}
        />
      </span>
    </span>
  )
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
