import type { CursorRule } from '../../../contract/pipelines.ts'
import { Field, Select } from '../../components/field.tsx'
import { withText } from './with-text.ts'

/** What a cursor leaves open: rows that have none, late rows, from where and up to where, and a span to read again. */
export function CursorRules({ cursor, onChange }: { cursor: CursorRule; onChange: (cursor: CursorRule) => void }) {
  const text = (key: 'lookback' | 'start' | 'end', label: string, hint: string) => (
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
    <div className="grid gap-4">
      <div className="grid items-start gap-4 md:grid-cols-2">
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
        {text('end', 'End', 'Cursor values from this one on are not read; no end when empty.')}
      </div>
      <Backfill cursor={cursor} onChange={onChange} />
    </div>
  )
}

/** A span that is read again and again until it is taken away; both of its ends or neither. */
function Backfill({ cursor, onChange }: { cursor: CursorRule; onChange: (cursor: CursorRule) => void }) {
  const { backfill, ...rest } = cursor
  const set = (part: Partial<{ from: string; to: string }>) => {
    const span = { from: '', to: '', ...backfill, ...part }
    onChange(span.from === '' && span.to === '' ? rest : { ...rest, backfill: span })
  }
  const bound = (key: 'from' | 'to', label: string, hint: string) => (
    <Field label={label} hint={hint}>
      {(ids) => <input {...ids} className="input" value={backfill?.[key] ?? ''} onChange={(event) => set({ [key]: event.target.value })} />}
    </Field>
  )
  return (
    <fieldset className="min-w-0">
      <legend className="text-cell font-medium">Backfill</legend>
      <p className={`text-label ${backfill === undefined ? 'text-text-3' : 'text-warn'}`}>
        {backfill === undefined
          ? 'Off: each run reads what is new. To read a span again just once, use Backfill on the page of the source.'
          : 'While this is set each run reads this span and nothing else, and how far the stream is stays as it is.'}
      </p>
      <div className="mt-2 grid items-start gap-4 md:grid-cols-2">
        {bound('from', 'Backfill from', `First value of ${cursor.column || 'the cursor'} that is read.`)}
        {bound('to', 'Backfill to', 'The first value that is not read any more.')}
      </div>
    </fieldset>
  )
}
