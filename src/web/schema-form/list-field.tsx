import { Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { type FieldProps, fieldId, useForm } from './form-context.ts'
import { JsonField } from './json-field.tsx'
import { type JsonSchema, isObject, shapeOf } from './json-schema.ts'
import { ObjectFields } from './object-fields.tsx'
import { holdsSecret } from './secrets.ts'

/** Objects one below the other; as JSON for whom that is quicker, where no secret is among them. */
export function ListField(props: FieldProps & { item: JsonSchema }) {
  const { root, errors } = useForm()
  const [asJson, setAsJson] = useState(false)
  const { title, pointer, required, value, onChange, item, schema } = props
  const items = Array.isArray(value) ? (value as unknown[]) : []
  const one = item.title ?? singular(title)
  const set = (next: unknown[]) => onChange(next.length === 0 && !required ? undefined : next)
  const error = errors[pointer]
  return (
    <fieldset id={fieldId(pointer)} tabIndex={-1} className="min-w-0">
      <div className="flex flex-wrap items-baseline justify-between gap-2">
        <legend className="float-left text-cell font-medium">
          {title} {!required && <span className="font-normal text-text-3">optional</span>}
        </legend>
        {!holdsSecret(root, item) && (
          <button type="button" className="link text-label" onClick={() => setAsJson(!asJson)}>
            {asJson ? 'Edit as fields' : 'Edit as JSON'}
          </button>
        )}
      </div>
      {schema.description !== undefined && <p className="text-label text-text-3">{schema.description}</p>}
      {error !== undefined && <p className="text-label font-medium text-bad">{error}</p>}
      {asJson ? (
        <JsonField {...props} bare />
      ) : (
        <div className="mt-2 grid gap-2">
          {items.map((own, index) => (
            <Item
              key={index}
              schema={item}
              title={nameOf(own) ?? `${one} ${index + 1}`}
              open={items.length === 1 || index === items.length - 1}
              pointer={`${pointer}/${index}`}
              value={own}
              onChange={(next) => set(items.with(index, next))}
              onRemove={() => set(items.toSpliced(index, 1))}
            />
          ))}
          <button type="button" className="btn w-fit" onClick={() => set([...items, shapeOf(root, item).kind === 'object' ? {} : null])}>
            <Plus size={14} aria-hidden /> Add {one.toLowerCase()}
          </button>
        </div>
      )}
    </fieldset>
  )
}

interface ItemProps {
  schema: JsonSchema
  title: string
  open: boolean
  pointer: string
  value: unknown
  onChange: (value: unknown) => void
  onRemove: () => void
}

function Item({ schema, title, open, pointer, value, onChange, onRemove }: ItemProps) {
  const { root, errors, Field } = useForm()
  const wrong = Object.keys(errors).some((at) => at.startsWith(`${pointer}/`))
  return (
    <details open={open || wrong || undefined} className="rounded-panel border border-line bg-surface">
      <summary className="px-3 py-2 font-medium">{title}</summary>
      <div className="border-t border-line px-4 pt-3 pb-4">
        {shapeOf(root, schema).kind === 'object' ? (
          <ObjectFields schema={schema} pointer={pointer} value={isObject(value) ? value : {}} onChange={onChange} />
        ) : (
          <Field schema={schema} title={title} pointer={pointer} required value={value ?? undefined} onChange={onChange} />
        )}
        <button type="button" className="btn btn-quiet mt-3 text-text-2" onClick={onRemove}>
          <Trash2 size={14} aria-hidden /> Remove {title}
        </button>
      </div>
    </details>
  )
}

function nameOf(value: unknown): string | undefined {
  return isObject(value) && typeof value['name'] === 'string' && value['name'] !== '' ? value['name'] : undefined
}

function singular(title: string): string {
  return title.endsWith('ies') ? `${title.slice(0, -3)}y` : title.endsWith('s') ? title.slice(0, -1) : title
}
