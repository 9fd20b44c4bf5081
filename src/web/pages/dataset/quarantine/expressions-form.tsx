import { Plus, X } from 'lucide-react'
import { useId } from 'react'
import type { QuarantineFix } from '../../../../contract/quarantine.ts'

interface Props {
  /** Columns as they came, where they are known. */
  columns: readonly string[] | undefined
  value: QuarantineFix['transforms']
  onChange: (value: QuarantineFix['transforms']) => void
}

/** An expression for each column that is wrong in the same way in every row chosen. */
export function ExpressionsForm({ columns = [], value, onChange }: Props) {
  const list = useId()
  const set = (index: number, part: Partial<QuarantineFix['transforms'][number]>) =>
    onChange(value.map((one, place) => (place === index ? { ...one, ...part } : one)))
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-2 font-medium">Expressions over every row chosen</legend>
      <p className="text-label text-text-2">
        SQL over the columns of one row as it came, e.g. <code>replace(amount, ',', '.')</code> for the column amount.
      </p>
      <datalist id={list}>
        {columns.map((column) => (
          <option key={column} value={column}>
            {column}
          </option>
        ))}
      </datalist>
      {value.map(({ column, expression }, index) => (
        <div key={index} className="flex flex-wrap items-center gap-2">
          <input
            className="input w-44"
            list={list}
            aria-label={`Column ${index + 1}`}
            placeholder="column"
            value={column}
            onChange={(event) => set(index, { column: event.target.value })}
          />
          <span aria-hidden>=</span>
          <input
            className="input min-w-64 flex-1 font-mono"
            aria-label={`Expression ${index + 1}`}
            placeholder="expression"
            value={expression}
            onChange={(event) => set(index, { expression: event.target.value })}
          />
          <button type="button" className="btn btn-quiet" onClick={() => onChange(value.filter((_, place) => place !== index))}>
            <X size={14} aria-hidden />
            <span className="sr-only">Take expression {index + 1} out</span>
          </button>
        </div>
      ))}
      <button type="button" className="btn w-fit" onClick={() => onChange([...value, { column: '', expression: '' }])}>
        <Plus size={14} aria-hidden /> Add an expression
      </button>
    </fieldset>
  )
}
