import { useState } from 'react'
import { type FieldProps, fieldId, useForm } from './form-context.ts'
import { sayName } from './json-schema.ts'
import { Labelled } from './labelled.tsx'

/** What stands in an empty field: the default, else an example. */
function placeholderOf({ schema }: FieldProps): string | undefined {
  if (schema.default !== undefined && schema.default !== null && schema.default !== '') return `${String(schema.default)} (default)`
  return schema.examples?.[0] === undefined ? undefined : `e.g. ${String(schema.examples[0])}`
}

const LONG = /\b(sql|soql|certificate|pem)\b/i

export function TextField(props: FieldProps) {
  const { schema, value, onChange, pointer } = props
  const long = schema.multiline === true || LONG.test(`${props.title} ${pointer.split('/').at(-1)}`)
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  return (
    <Labelled {...props} hint={schema.description}>
      {(ids) =>
        long ? (
          <textarea
            {...ids}
            rows={4}
            spellCheck={false}
            className="input py-1.5 font-mono text-cell"
            placeholder={placeholderOf(props)}
            value={text}
            onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
          />
        ) : (
          <input
            {...ids}
            className="input"
            autoComplete="off"
            spellCheck={false}
            placeholder={placeholderOf(props)}
            value={text}
            onChange={(event) => onChange(event.target.value === '' ? undefined : event.target.value)}
          />
        )
      }
    </Labelled>
  )
}

/** Digits as typed; what is no number stays as it is and is named as wrong. */
export function NumberField(props: FieldProps) {
  const { schema, value, onChange } = props
  const [typed, setTyped] = useState(value === undefined || value === null ? '' : String(value))
  const shown = typeof value === 'number' && Number(typed.replace(',', '.')) !== value ? String(value) : typed
  const change = (text: string) => {
    setTyped(text)
    if (text.trim() === '') return onChange(undefined)
    const number = Number(text.replace(',', '.'))
    onChange(Number.isNaN(number) ? text : number)
  }
  return (
    <Labelled {...props} hint={schema.description}>
      {(ids) => (
        <input
          {...ids}
          className="input max-w-48"
          inputMode="decimal"
          autoComplete="off"
          placeholder={placeholderOf(props)}
          value={shown}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Labelled>
  )
}

export function BooleanField({ schema, title, pointer, value, onChange }: FieldProps) {
  const { errors } = useForm()
  const id = fieldId(pointer)
  const on = value === undefined ? schema.default === true : value === true
  const note = errors[pointer] ?? schema.description
  return (
    <div className="flex items-start gap-2.5">
      <input
        id={id}
        type="checkbox"
        className="mt-0.5 size-4 accent-(--color-text)"
        checked={on}
        aria-describedby={note === undefined ? undefined : `${id}-note`}
        onChange={(event) => onChange(event.target.checked === (schema.default === true) ? undefined : event.target.checked)}
      />
      <div>
        <label htmlFor={id} className="text-cell font-medium">
          {title}
        </label>
        {note !== undefined && (
          <p id={`${id}-note`} className={`text-label ${errors[pointer] === undefined ? 'text-text-3' : 'font-medium text-bad'}`}>
            {note}
          </p>
        )}
      </div>
    </div>
  )
}

interface EnumProps extends FieldProps {
  options: { value: unknown; label: string }[]
}

export function EnumField(props: EnumProps) {
  const { schema, value, onChange, options, required } = props
  const current = value === undefined ? schema.default : value
  const at = options.findIndex((option) => option.value === current)
  return (
    <Labelled {...props} required={required || schema.default !== undefined} hint={schema.description}>
      {(ids) => (
        <select
          {...ids}
          className="input max-w-80 pr-1"
          value={at}
          onChange={(event) => {
            const chosen = options[Number(event.target.value)]?.value
            onChange(chosen === schema.default ? undefined : chosen)
          }}
        >
          {at < 0 && <option value={-1}>{required ? 'Choose…' : 'Not set'}</option>}
          {at >= 0 && !required && schema.default === undefined && <option value={-1}>Not set</option>}
          {options.map((option, index) => (
            <option key={option.label} value={index}>
              {option.label}
              {schema.default !== undefined && option.value === schema.default && ' (default)'}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  )
}

/** Several texts, one a line. */
export function TextsField(props: FieldProps) {
  const { schema, value, onChange } = props
  const kept = Array.isArray(value) ? value.map(String) : []
  const [typed, setTyped] = useState(kept.join('\n'))
  const change = (text: string) => {
    setTyped(text)
    const lines = text
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
    onChange(lines.length === 0 ? undefined : lines)
  }
  return (
    <Labelled {...props} hint={<>{schema.description} One a line.</>}>
      {(ids) => (
        <textarea
          {...ids}
          rows={Math.min(6, Math.max(2, kept.length + 1))}
          spellCheck={false}
          className="input py-1.5"
          placeholder={schema.examples?.[0] === undefined ? undefined : `e.g. ${sayExample(schema.examples[0])}`}
          value={typed}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Labelled>
  )
}

function sayExample(example: unknown): string {
  return Array.isArray(example) ? example.join(', ') : sayName(String(example))
}
