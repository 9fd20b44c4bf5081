import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { type FieldProps, fieldId, useForm } from './form-context.ts'
import { isObject } from './json-schema.ts'
import { SECRET_KEPT } from './secrets.ts'

type Pair = [name: string, value: string]

/** Names and values, e.g. headers. A pair without a name is not part of it yet. */
export function PairsField({ schema, title, pointer, required, value, onChange, secret }: FieldProps & { secret: boolean }) {
  const { errors } = useForm()
  const [typed, setTyped] = useState<Pair[]>(() => pairsOf(value))
  // What came from elsewhere meanwhile goes before what was typed.
  const pairs = JSON.stringify(named(typed)) === JSON.stringify(isObject(value) ? value : {}) ? typed : pairsOf(value)
  const change = (next: Pair[]) => {
    setTyped(next)
    const object = named(next)
    onChange(Object.keys(object).length === 0 && !required ? undefined : object)
  }
  return (
    <fieldset id={fieldId(pointer)} tabIndex={-1} className="min-w-0">
      <legend className="text-cell font-medium">
        {title} {!required && <span className="font-normal text-text-3">optional</span>}
      </legend>
      {schema.description !== undefined && <p className="text-label text-text-3">{schema.description}</p>}
      {errors[pointer] !== undefined && <p className="text-label font-medium text-bad">{errors[pointer]}</p>}
      <div className="mt-1 grid gap-2">
        {pairs.map(([name, own], index) => (
          <div key={index} className="grid grid-cols-[minmax(0,1fr)_minmax(0,1fr)_auto] gap-2">
            <input
              className="input"
              aria-label={`${title}: name ${index + 1}`}
              placeholder="name"
              autoComplete="off"
              value={name}
              onChange={(event) => change(pairs.with(index, [event.target.value, own]))}
            />
            {own === SECRET_KEPT ? (
              <button type="button" className="btn" onClick={() => change(pairs.with(index, [name, '']))}>
                Set · Replace<span className="sr-only"> {name}</span>
              </button>
            ) : (
              <input
                className="input"
                type={secret ? 'password' : 'text'}
                autoComplete={secret ? 'new-password' : 'off'}
                aria-label={`${title}: value ${index + 1}`}
                placeholder="value"
                value={own}
                onChange={(event) => change(pairs.with(index, [name, event.target.value]))}
              />
            )}
            <button
              type="button"
              className="btn btn-quiet"
              aria-label={`Remove ${name || `pair ${index + 1}`}`}
              onClick={() => change(pairs.toSpliced(index, 1))}
            >
              <X size={14} aria-hidden />
            </button>
          </div>
        ))}
        <button type="button" className="btn w-fit" onClick={() => setTyped([...pairs, ['', '']])}>
          <Plus size={14} aria-hidden /> Add<span className="sr-only"> to {title}</span>
        </button>
      </div>
    </fieldset>
  )
}

function pairsOf(value: unknown): Pair[] {
  return isObject(value) ? Object.entries(value).map(([key, own]): Pair => [key, own === undefined ? '' : String(own)]) : []
}

function named(pairs: Pair[]): Record<string, string> {
  return Object.fromEntries(pairs.filter(([name]) => name !== ''))
}
