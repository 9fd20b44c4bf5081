import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import type { Entity } from '../../../contract/entities.ts'
import type { PiiRule, Policy } from '../../../contract/pii.ts'
import { Select } from '../../components/field.tsx'
import { ENTITY_NAMES, entityName } from '../../format/pii-words.ts'
import { type RuleKey, ruleOf, rulesOf, withRule } from './policy-draft.ts'
import { RuleFields } from './rule-fields.tsx'

interface PolicyRulesProps {
  policy: Policy
  /** The dataset whose own rules are shown; undefined for those of every dataset. */
  dataset: string | undefined
  disabled: boolean
  onChange: (policy: Policy) => void
}

const KINDS = Object.entries(ENTITY_NAMES)
  .map(([value, label]) => ({ value, label }))
  .toSorted((a, b) => (a.label < b.label ? -1 : 1))

/** The rules of a policy, one a line: kinds of personal data, columns, and what holds for every other kind. */
export function PolicyRules({ policy, dataset, disabled, onChange }: PolicyRulesProps) {
  const rules = rulesOf(policy, dataset)
  const set = (key: RuleKey, rule: PiiRule | undefined) => onChange(withRule(policy, dataset, key, rule))
  const kinds = Object.entries(rules.entities) as [Entity, PiiRule][]
  const columns = Object.entries(rules.columns)
  const open = KINDS.filter(({ value }) => !(value in rules.entities))
  return (
    <div className="grid gap-3">
      {kinds.length + columns.length === 0 && rules.default === undefined && (
        <p className="text-text-2">
          {dataset === undefined
            ? 'No rule of its own: each kind is treated as Atlas does by default (numbers that identify a person are hashed; names, addresses, phone numbers and cards are masked; of birth dates the year stays; secrets are removed).'
            : `No rule of its own: ${dataset} follows the rules of every dataset.`}
        </p>
      )}
      <ul className="grid max-w-5xl gap-2" aria-label="Rules">
        {kinds.map(([name, entry]) => (
          <RuleLine
            key={name}
            title={entityName(name)}
            rule={ruleOf(entry)}
            disabled={disabled}
            onChange={(rule) => set({ by: 'entity', name }, rule)}
          />
        ))}
        {columns.map(([name, entry]) => (
          <RuleLine
            key={`column ${name}`}
            title={`column ${name}`}
            rule={ruleOf(entry)}
            disabled={disabled}
            onChange={(rule) => set({ by: 'column', name }, rule)}
          />
        ))}
        {rules.default !== undefined && (
          <RuleLine
            title="Every other kind"
            rule={ruleOf(rules.default)}
            disabled={disabled}
            onChange={(rule) => set({ by: 'default' }, rule)}
          />
        )}
        {dataset === undefined && policy.newColumns !== undefined && (
          <RuleLine
            title="New columns"
            hint="Of a table with personal data, until a rule names them."
            rule={ruleOf(policy.newColumns)}
            disabled={disabled}
            onChange={(rule) => set({ by: 'new' }, rule)}
          />
        )}
      </ul>
      {!disabled && (
        <div className="flex flex-wrap items-end gap-3 border-t border-line pt-3">
          <div className="w-60">
            <Select
              label="Add a rule for a kind"
              value=""
              options={[{ value: '', label: 'Choose a kind' }, ...open]}
              onChange={(name) => name !== '' && set({ by: 'entity', name: name as Entity }, { action: 'mask' })}
            />
          </div>
          <AddColumn taken={columns.map(([name]) => name)} onAdd={(name) => set({ by: 'column', name }, { action: 'mask' })} />
          {rules.default === undefined && (
            <button type="button" className="btn" onClick={() => set({ by: 'default' }, { action: 'redact' })}>
              <Plus size={14} aria-hidden /> Every other kind
            </button>
          )}
          {dataset === undefined && policy.newColumns === undefined && (
            <button type="button" className="btn" onClick={() => set({ by: 'new' }, { action: 'redact' })}>
              <Plus size={14} aria-hidden /> New columns
            </button>
          )}
        </div>
      )}
    </div>
  )
}

interface RuleLineProps {
  title: string
  hint?: string
  rule: PiiRule
  disabled: boolean
  onChange: (rule: PiiRule | undefined) => void
}

function RuleLine({ title, hint, rule, disabled, onChange }: RuleLineProps) {
  return (
    <li className="grid items-center gap-x-3 gap-y-1 md:grid-cols-[minmax(0,11rem)_minmax(0,1fr)_auto]" data-rule={title}>
      <span className="font-medium break-words">
        {title}
        {hint !== undefined && <span className="block text-label font-normal text-text-3">{hint}</span>}
      </span>
      <RuleFields rule={rule} what={title} disabled={disabled} onChange={onChange} />
      {!disabled && (
        <button
          type="button"
          className="btn btn-quiet justify-self-start"
          title={`Take away the rule for ${title}`}
          onClick={() => onChange(undefined)}
        >
          <X size={14} aria-hidden />
          <span className="sr-only">Take away the rule for {title}</span>
        </button>
      )}
    </li>
  )
}

function AddColumn({ taken, onAdd }: { taken: string[]; onAdd: (name: string) => void }) {
  const [name, setName] = useState('')
  const usable = name.trim() !== '' && !taken.includes(name.trim())
  const add = () => {
    if (!usable) return
    onAdd(name.trim())
    setName('')
  }
  return (
    <div className="flex items-end gap-2">
      <label className="grid gap-1">
        <span className="text-cell font-medium">Add a rule for a column</span>
        <input
          className="input w-48 font-mono"
          placeholder="name in chart"
          value={name}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return
            event.preventDefault()
            add()
          }}
        />
      </label>
      <button type="button" className="btn" disabled={!usable} onClick={add}>
        Add
      </button>
    </div>
  )
}
