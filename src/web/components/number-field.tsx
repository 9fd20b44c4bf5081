import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { formatCount } from '../format/count.ts'
import { Field } from './field.tsx'

interface NumberFieldProps {
  label: string
  hint?: ReactNode
  min: number
  max: number
  value: number
  /** Told of whole numbers from `min` to `max` only; what is typed otherwise stands in the field with its error, and keeps its form from being sent. */
  onChange: (value: number) => void
  /** What the server says about it. */
  error?: string | undefined
}

/** A whole number in a form. A form with `noValidate` asks `checkValidity()` before it sends. */
export function NumberField({ label, hint, min, max, value, onChange, error }: NumberFieldProps) {
  const ref = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState({ text: String(value), value })
  const [asked, setAsked] = useState(false)
  // Another value than was typed has come from outside, such as from a form that was emptied.
  const text = typed.value === value ? typed.text : String(value)
  const wrong = wrongOf(text, min, max)
  useEffect(() => ref.current?.setCustomValidity(wrong ?? ''), [wrong])
  const take = (next: string) => {
    const number = wrongOf(next, min, max) === undefined ? Number(next) : value
    setTyped({ text: next, value: number })
    if (number !== value) onChange(number)
  }
  return (
    <Field label={label} hint={hint} error={(asked ? wrong : undefined) ?? error}>
      {(ids) => (
        <input
          {...ids}
          ref={ref}
          className="input"
          inputMode="numeric"
          autoComplete="off"
          required
          value={text}
          onChange={(event) => take(event.target.value)}
          onBlur={() => setAsked(true)}
          onInvalid={(event) => {
            showBeside(event)
            setAsked(true)
          }}
        />
      )}
    </Field>
  )
}

/** Keeps the browser's own bubble away, which speaks for a moment and in another language, and yet goes to the first field that is wrong. */
function showBeside(event: FormEvent<HTMLInputElement>): void {
  event.preventDefault()
  const { currentTarget: input } = event
  if (input.form?.querySelector(':invalid:not(fieldset)') === input) input.focus()
}

function wrongOf(text: string, min: number, max: number): string | undefined {
  const range = `a whole number from ${formatCount(min)} to ${formatCount(max)}`
  if (text.trim() === '') return `Write ${range}.`
  const number = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN
  return number >= min && number <= max ? undefined : `${text.trim()} is not ${range}.`
}
