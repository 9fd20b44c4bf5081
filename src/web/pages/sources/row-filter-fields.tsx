import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import type { RowFilter } from '../../../contract/pipelines.ts'
import { Select } from '../../components/field.tsx'
import { type FilterOperator, type FilterRow, OPERATOR_WORDS, type TypeOf, filterOf, filterRows, problemOfRow } from './filter-rows.ts'

interface Props {
  /** Of the stream, for screen readers. */
  name: string
  where: RowFilter | undefined
  /** Null where the columns are found on reading only. */
  columns: readonly { name: string; type: string }[] | null
  /** Whether what is not said yet is a fault already. */
  strict: boolean
  onChange: (where: RowFilter | undefined) => void
}

const OPERATORS = Object.entries(OPERATOR_WORDS).map(([value, label]) => ({ value: value as FilterOperator, label }))

/** Which rows are read: conditions that must all hold. */
export function RowFilterFields({ name, where, columns, strict, onChange }: Props) {
  const typeOf: TypeOf = (column) => columns?.find((one) => one.name === column)?.type
  const [typed, setTyped] = useState(() => filterRows(where))
  // What came from elsewhere meanwhile goes before what was typed.
  const rows = JSON.stringify(filterOf(typed, typeOf)) === JSON.stringify(where) ? typed : filterRows(where)
  const change = (next: FilterRow[]) => {
    setTyped(next)
    onChange(filterOf(next, typeOf))
  }
  return (
    <fieldset className="min-w-0">
      <legend className="text-cell font-medium">Rows to read</legend>
      <p className="text-label text-text-3">{rows.length === 0 ? 'All rows.' : 'Those for which every condition holds.'}</p>
      <ul className="mt-1 grid gap-2" aria-label={`Conditions on the rows of ${name}`}>
        {rows.map((row, index) => (
          <Condition
            key={index}
            row={row}
            number={index + 1}
            columns={columns}
            problem={strict || row.value !== '' ? problemOfRow(row, rows.slice(0, index), typeOf(row.column)) : null}
            onChange={(next) => change(rows.with(index, next))}
            onRemove={() => change(rows.toSpliced(index, 1))}
          />
        ))}
      </ul>
      <button
        type="button"
        className="btn mt-2 w-fit"
        onClick={() => change([...rows, { column: columns?.[0]?.name ?? '', operator: 'eq', value: '' }])}
      >
        <Plus size={14} aria-hidden /> Add condition<span className="sr-only"> on the rows of {name}</span>
      </button>
    </fieldset>
  )
}

interface ConditionProps {
  row: FilterRow
  number: number
  columns: Props['columns']
  problem: string | null
  onChange: (row: FilterRow) => void
  onRemove: () => void
}

function Condition({ row, number, columns, problem, onChange, onRemove }: ConditionProps) {
  const wantsValue = row.operator !== 'null' && row.operator !== 'not_null'
  const value = {
    'className': 'input',
    'aria-label': `Value of condition ${number}`,
    'aria-invalid': problem === null ? undefined : true,
    'value': row.value,
  } as const
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-2 sm:grid-cols-[minmax(0,4fr)_minmax(0,3fr)_minmax(0,5fr)_auto]">
      <ColumnField row={row} number={number} columns={columns} onChange={onChange} />
      <button
        type="button"
        className="btn btn-quiet sm:order-last"
        title={`Remove condition ${number}`}
        aria-label={`Remove condition ${number}`}
        onClick={onRemove}
      >
        <X size={14} aria-hidden />
      </button>
      <Select
        hideLabel
        label={`Operator of condition ${number}`}
        value={row.operator}
        options={OPERATORS}
        onChange={(operator) => onChange({ ...row, operator })}
      />
      {!wantsValue ? (
        <span className="max-sm:hidden" />
      ) : row.operator === 'in' ? (
        <textarea
          {...value}
          className="input h-auto py-1"
          rows={3}
          placeholder="one value a line"
          onChange={(event) => onChange({ ...row, value: event.target.value })}
        />
      ) : (
        <input
          {...value}
          placeholder={row.operator === 'like' ? 'A% begins with A' : 'value'}
          onChange={(event) => onChange({ ...row, value: event.target.value })}
        />
      )}
      {problem !== null && <p className="col-span-full text-label font-medium text-bad">{problem}</p>}
    </li>
  )
}

function ColumnField({ row, number, columns, onChange }: Omit<ConditionProps, 'problem' | 'onRemove'>) {
  const label = `Column of condition ${number}`
  if (columns === null)
    return (
      <input
        className="input font-mono"
        aria-label={label}
        placeholder="column"
        value={row.column}
        onChange={(event) => onChange({ ...row, column: event.target.value })}
      />
    )
  const names = columns.map((column) => column.name)
  const known = names.includes(row.column) ? names : [row.column, ...names]
  return (
    <Select
      hideLabel
      label={label}
      value={row.column}
      options={known.map((name) => ({ value: name, label: name === '' ? 'Choose…' : name }))}
      onChange={(column) => onChange({ ...row, column })}
    />
  )
}
