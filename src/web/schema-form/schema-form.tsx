import { useEffect, useRef } from 'react'
import type { FieldErrors } from './find-errors.ts'
import { FormProvider, fieldId } from './form-context.ts'
import type { JsonObject, JsonSchema } from './json-schema.ts'
import { ObjectFields } from './object-fields.tsx'
import { SchemaField } from './schema-field.tsx'

/** The form of a JSON Schema: required fields first seen, the rest under "More options"; parts it does not understand are JSON. */
export function SchemaForm(props: {
  schema: JsonSchema
  value: JsonObject
  onChange: (value: JsonObject) => void
  errors?: FieldErrors
  secretsSetAt?: Record<string, string>
  /** Shows every field at once. */
  unfolded?: boolean
}) {
  const { schema, value, onChange, errors = {}, secretsSetAt = {}, unfolded = false } = props
  return (
    <FormProvider value={{ root: schema, errors, secretsSetAt, Field: SchemaField }}>
      <ObjectFields schema={schema} pointer="" value={value} onChange={onChange} unfolded={unfolded} />
    </FormProvider>
  )
}

/** All that is wrong with a form, each with its way to the field. Takes the focus when it comes. */
export function ErrorSummary({ errors }: { errors: FieldErrors }) {
  const ref = useRef<HTMLDivElement>(null)
  const all = Object.entries(errors)
  const some = all.length > 0
  useEffect(() => {
    if (some) ref.current?.focus()
  }, [some])
  if (!some) return null
  return (
    <div ref={ref} role="alert" tabIndex={-1} className="rounded-panel border-2 border-bad-mark px-4 py-3">
      <p className="font-medium text-bad">{all.length === 1 ? 'One field needs a look' : 'Some fields need a look'}</p>
      <ul className="mt-1">
        {all.map(([pointer, detail]) => (
          <li key={pointer}>
            <a
              className="link inline-flex min-h-6 items-center"
              href={`#${fieldId(pointer)}`}
              onClick={(event) => {
                event.preventDefault()
                focusField(pointer)
              }}
            >
              {detail}
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Opens what is folded around a field and gives it the focus; its nearest parent where it has no field of its own. */
function focusField(pointer: string): void {
  for (let at = pointer; at !== ''; at = at.slice(0, at.lastIndexOf('/'))) {
    const field = document.querySelector<HTMLElement>(`#${fieldId(at)}`)
    if (field === null) continue
    for (let fold = field.closest('details'); fold !== null; fold = fold.parentElement?.closest('details') ?? null) fold.open = true
    field.scrollIntoView({ block: 'center' })
    field.focus()
    return
  }
}
