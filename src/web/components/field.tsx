import { type ReactNode, useId } from 'react'

interface FieldProps {
  label: string
  hint?: ReactNode
  error?: string | undefined
  children: (ids: { 'id': string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }) => ReactNode
}

/** A label above its field, with hint and error tied to it. */
export function Field({ label, hint, error, children }: FieldProps) {
  const id = useId()
  const notes = hint !== undefined || error !== undefined
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-cell font-medium">
        {label}
      </label>
      {children({ id, 'aria-describedby': notes ? `${id}-note` : undefined, 'aria-invalid': error === undefined ? undefined : true })}
      {notes && (
        <p id={`${id}-note`} className="text-label text-text-3">
          {error !== undefined && <span className="block font-medium text-bad">{error}</span>}
          {hint}
        </p>
      )}
    </div>
  )
}

/** A native select; options in order. */
export function Select<T extends string>(props: {
  label: string
  value: T
  options: readonly { value: T; label: string }[]
  onChange: (value: T) => void
  compact?: boolean
  /** Where a heading or a column says it already; it stays for screen readers. */
  hideLabel?: boolean
  disabled?: boolean
}) {
  const id = useId()
  return (
    <div className={props.compact ? 'inline-flex items-center gap-2' : 'grid gap-1'}>
      <label
        htmlFor={id}
        className={props.hideLabel ? 'sr-only' : props.compact ? 'text-label whitespace-nowrap text-text-2' : 'text-cell font-medium'}
      >
        {props.label}
      </label>
      <select
        id={id}
        className="input pr-1"
        value={props.value}
        disabled={props.disabled}
        onChange={(event) => props.onChange(event.target.value as T)}
      >
        {props.options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </div>
  )
}
