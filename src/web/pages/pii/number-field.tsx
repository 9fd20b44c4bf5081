import { useId, useState } from 'react'

interface NumberFieldProps {
  label: string
  /** What the rule is for, to screen readers. */
  what: string
  disabled: boolean
  value: number | undefined
  /** Whether it may have decimals. */
  decimals?: boolean
  onChange: (value: number | undefined) => void
}

/** A number of a rule, at least zero; empty for the default. */
export function NumberField({ label, what, disabled, value, decimals = false, onChange }: NumberFieldProps) {
  const id = useId()
  const [typed, setTyped] = useState('')
  // `0.` and `5.0` are on the way to a number, or one written longer.
  const text = numberOf(typed) === value ? typed : (value?.toString() ?? '')
  return (
    <span className="inline-flex items-center gap-2">
      <label htmlFor={id} className="text-label whitespace-nowrap text-text-2">
        {label} <span className="sr-only">of {what}</span>
      </label>
      <span className="w-20">
        <input
          id={id}
          className="input"
          inputMode={decimals ? 'decimal' : 'numeric'}
          disabled={disabled}
          placeholder="default"
          value={text}
          onChange={(event) => {
            const next = event.target.value.trim()
            if (!(decimals ? /^\d{0,9}(\.\d{0,6})?$/ : /^\d{0,9}$/).test(next)) return
            setTyped(next)
            onChange(numberOf(next))
          }}
        />
      </span>
    </span>
  )
}

function numberOf(text: string): number | undefined {
  return /\d/.test(text) ? Number(text) : undefined
}
