import { useState } from 'react'
import type { SchemaAction, SchemaContract, StreamRule } from '../../../contract/pipelines.ts'
import type { ConnectorInfo, DiscoveredStream } from '../../../contract/sources.ts'
import { Field, Select } from '../../components/field.tsx'
import { chartName } from '../../format/chart-name.ts'
import type { JsonSchema } from '../../schema-form/json-schema.ts'
import { SchemaForm } from '../../schema-form/schema-form.tsx'
import { useMay } from '../../state/session.ts'
import { CursorRules } from './cursor-rules.tsx'
import { QueryField } from './query-field.tsx'
import { RowFilterFields } from './row-filter-fields.tsx'
import { withText } from './with-text.ts'
import { ACTION_WORDS } from './words.ts'

interface Props {
  rule: StreamRule
  stream: DiscoveredStream | undefined
  connector: ConnectorInfo
  /** Whether something of the rule is to be mended: then what is not said yet is a fault. */
  strict: boolean
  onChange: (rule: StreamRule) => void
  onLook: (rule: StreamRule) => void
}

/** What few streams need: name, a query, rows and columns, cursor rules, and what happens when the schema changes. */
export function StreamAdvanced({ rule, stream, connector, strict, onChange, onLook }: Props) {
  const streamOptions = connector.streamOptions as JsonSchema | null
  const { queryLanguage, filters } = connector
  const isOwn = rule.query !== undefined
  const columns = isOwn ? null : (stream?.columns ?? null)
  const [unfolded, setUnfolded] = useState(isOwn || rule.where !== undefined || rule.cursor?.backfill !== undefined)
  return (
    <details className="mt-2" open={unfolded || strict} onToggle={(event) => setUnfolded(event.currentTarget.open)}>
      <summary className="w-fit text-label text-text-2 hover:text-text">
        Advanced<span className="sr-only"> for {rule.name}</span>
      </summary>
      <div className="mt-3 grid gap-5 border-l border-line pl-4">
        <Field label="Dataset" hint="Name in the lake; the name of the stream unless told.">
          {(ids) => (
            <input
              {...ids}
              className="input max-w-80 font-mono"
              placeholder={chartName(rule.name)}
              value={rule.dataset ?? ''}
              onChange={(event) => onChange(withText(rule, 'dataset', event.target.value.trim()))}
            />
          )}
        </Field>
        {queryLanguage !== null && <QueryField rule={rule} language={queryLanguage} named={stream !== undefined} onChange={onChange} />}
        {(filters || rule.where !== undefined) && (
          <RowFilterFields
            name={rule.name}
            where={rule.where}
            columns={columns}
            strict={strict}
            onChange={(where) => onChange(set(rule, where))}
          />
        )}
        {columns !== null && <ColumnsToRead rule={rule} columns={columns.map(({ name }) => name)} onChange={onChange} />}
        <Look name={rule.name} onLook={() => onLook(rule)} />
        {rule.cursor !== undefined && <CursorRules cursor={rule.cursor} onChange={(cursor) => onChange({ ...rule, cursor })} />}
        <Contract contract={rule.contract} onChange={(contract) => onChange({ ...rule, contract })} />
        {streamOptions !== null && Object.keys(streamOptions.properties ?? {}).length > 0 && (
          <SchemaForm schema={streamOptions} value={rule.options} onChange={(options) => onChange({ ...rule, options })} />
        )}
      </div>
    </details>
  )
}

function set(rule: StreamRule, where: StreamRule['where']): StreamRule {
  const { where: _, ...rest } = rule
  return where === undefined ? rest : { ...rest, where }
}

/** The way to the first rows as the rule above would read them. */
function Look({ name, onLook }: { name: string; onLook: () => void }) {
  const may = useMay('datasets.read_raw')
  return (
    <button
      type="button"
      className="btn w-fit"
      aria-disabled={!may || undefined}
      title={may ? undefined : 'Your role does not include reading raw data'}
      onClick={() => may && onLook()}
    >
      Show first rows<span className="sr-only"> of {name}</span>
    </button>
  )
}

function ColumnsToRead({ rule, columns, onChange }: { rule: StreamRule; columns: string[]; onChange: (rule: StreamRule) => void }) {
  const chosen = rule.select ?? columns
  const toggle = (name: string) => {
    const next = columns.filter((column) => (column === name ? !chosen.includes(name) : chosen.includes(column)))
    const { select: _, ...rest } = rule
    // None at all cannot be meant: the last one stays.
    if (next.length > 0) onChange(next.length === columns.length ? rest : { ...rest, select: next })
  }
  return (
    <fieldset className="min-w-0">
      <legend className="text-cell font-medium">Columns to read</legend>
      <p className="text-label text-text-3">
        {rule.select === undefined ? 'All, and those that are added later.' : 'Those chosen, and no others.'}
      </p>
      <div className="mt-1 flex max-h-36 flex-wrap gap-x-4 gap-y-1 overflow-y-auto">
        {columns.map((name) => (
          <label key={name} className="inline-flex min-h-6 items-center gap-2 font-mono text-cell">
            <input type="checkbox" className="size-4 accent-(--color-text)" checked={chosen.includes(name)} onChange={() => toggle(name)} />
            {name}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

const RULES: { key: keyof SchemaContract; label: string; actions: SchemaAction[] }[] = [
  { key: 'newColumn', label: 'A new column', actions: ['evolve', 'freeze', 'discard_row', 'discard_value', 'quarantine'] },
  { key: 'typeClash', label: 'A value of another type', actions: ['evolve', 'freeze', 'discard_row', 'discard_value', 'quarantine'] },
  { key: 'nullability', label: 'No value where there always was one', actions: ['evolve', 'freeze', 'discard_row', 'quarantine'] },
]

function Contract({ contract, onChange }: { contract: SchemaContract; onChange: (contract: SchemaContract) => void }) {
  return (
    <fieldset>
      <legend className="text-cell font-medium">When the schema of the source changes</legend>
      <div className="mt-1 grid gap-4 lg:grid-cols-3">
        {RULES.map(({ key, label, actions }) => (
          <Select
            key={key}
            label={label}
            value={contract[key] ?? ''}
            options={[
              ...(key === 'typeClash' ? [{ value: '' as const, label: 'What fits the mode' }] : []),
              ...actions.map((action) => ({ value: action, label: ACTION_WORDS[action] })),
            ]}
            onChange={(action) => onChange(withText(contract, key, action))}
          />
        ))}
      </div>
    </fieldset>
  )
}
