import type { ReactNode } from 'react'
import { fieldId, useForm } from './form-context.ts'
import type { JsonSchema } from './json-schema.ts'

interface Ids {
  'id': string
  'aria-describedby': string | undefined
  'aria-invalid': true | undefined
  'aria-required': true | undefined
}

/** A label above its field, with the description, the default and the error tied to it. */
export function Labelled(props: {
  schema?: JsonSchema
  pointer: string
  title: string
  /** Nothing is said of a field that has to be filled, or that has a default. */
  required: boolean
  hint?: ReactNode
  error?: string | undefined
  children: (ids: Ids) => ReactNode
}) {
  const { errors } = useForm()
  const { pointer, title, required, hint, schema } = props
  const optional = !required && (schema?.default === undefined || schema.default === null || schema.default === '')
  const id = fieldId(pointer)
  const error = props.error ?? errors[pointer]
  const notes = error !== undefined || (hint !== undefined && hint !== null && hint !== false)
  return (
    <div className="grid gap-1">
      <label htmlFor={id} className="text-cell font-medium">
        {title} {optional && <span className="font-normal text-text-3">optional</span>}
      </label>
      {props.children({
        id,
        'aria-describedby': notes ? `${id}-note` : undefined,
        'aria-invalid': error === undefined ? undefined : true,
        'aria-required': required || undefined,
      })}
      {notes && (
        <p id={`${id}-note`} className="text-label text-text-3">
          {error !== undefined && <span className="block font-medium text-bad">{error}</span>}
          {hint}
        </p>
      )}
    </div>
  )
}
