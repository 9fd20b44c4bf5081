import type { CursorRule, SchemaAction, SchemaContract, StreamRule } from '../../../contract/pipelines.ts'
import type { DiscoveredStream } from '../../../contract/sources.ts'
import { Field, Select } from '../../components/field.tsx'
import { chartName } from '../../format/chart-name.ts'
import type { JsonSchema } from '../../schema-form/json-schema.ts'
import { SchemaForm } from '../../schema-form/schema-form.tsx'
import { ACTION_WORDS } from './words.ts'

interface Props {
  rule: StreamRule
  stream: DiscoveredStream | undefined
  streamOptions: JsonSchema | null
  onChange: (rule: StreamRule) => void
}

/** What few streams need: name, columns, cursor rules, and what happens when the schema changes. */
export function StreamAdvanced({ rule, stream, streamOptions, onChange }: Props) {
  return (
    <details className="mt-2">
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
        {rule.cursor !== undefined && <CursorRules cursor={rule.cursor} onChange={(cursor) => onChange({ ...rule, cursor })} />}
        {stream?.columns != null && <ColumnsToRead rule={rule} columns={stream.columns.map(({ name }) => name)} onChange={onChange} />}
        <Contract contract={rule.contract} onChange={(contract) => onChange({ ...rule, contract })} />
        {streamOptions !== null && Object.keys(streamOptions.properties ?? {}).length > 0 && (
          <SchemaForm schema={streamOptions} value={rule.options} onChange={(options) => onChange({ ...rule, options })} />
        )}
      </div>
    </details>
  )
}

function withText<T extends object, K extends keyof T>(value: T, key: K, text: string): T {
  const { [key]: _, ...rest } = value
  return (text === '' ? rest : { ...rest, [key]: text }) as T
}

function CursorRules({ cursor, onChange }: { cursor: CursorRule; onChange: (cursor: CursorRule) => void }) {
  const text = (key: 'lookback' | 'start', label: string, hint: string) => (
    <Field label={label} hint={hint}>
      {(ids) => (
        <input
          {...ids}
          className="input"
          value={cursor[key] ?? ''}
          onChange={(event) => onChange(withText(cursor, key, event.target.value))}
        />
      )}
    </Field>
  )
  return (
    <div className="grid items-start gap-4 lg:grid-cols-3">
      <Select
        label="Rows without a cursor"
        value={cursor.nulls}
        options={[
          { value: 'raise', label: 'Stop the stream' },
          { value: 'exclude', label: 'Leave them out' },
          { value: 'include', label: 'Read each once' },
        ]}
        onChange={(nulls) => onChange({ ...cursor, nulls })}
      />
      {text('lookback', 'Look back', 'Begins this far before the last value, for rows that come late: 10min, 2h, 1d, or a number.')}
      {text('start', 'Start', 'The first cursor value that is read; all history when empty.')}
    </div>
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
