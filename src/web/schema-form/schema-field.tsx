import { ChoiceField } from './choice-field.tsx'
import { type FieldProps, fieldId, useForm } from './form-context.ts'
import { JsonField } from './json-field.tsx'
import { type JsonObject, isObject, shapeOf } from './json-schema.ts'
import { ListField } from './list-field.tsx'
import { ObjectFields } from './object-fields.tsx'
import { PairsField } from './pairs-field.tsx'
import { BooleanField, EnumField, NumberField, TextField, TextsField } from './plain-fields.tsx'
import { SecretField } from './secret-field.tsx'

/** One field, drawn by its schema. */
export function SchemaField(props: FieldProps) {
  const { root } = useForm()
  const shape = shapeOf(root, props.schema)
  switch (shape.kind) {
    case 'secret':
      return <SecretField {...props} />
    case 'text':
      return <TextField {...props} />
    case 'number':
      return <NumberField {...props} />
    case 'boolean':
      return <BooleanField {...props} />
    case 'enum':
      return <EnumField {...props} options={shape.options} />
    case 'texts':
      return <TextsField {...props} />
    case 'pairs':
      return <PairsField {...props} secret={shape.secret} />
    case 'choice':
      return <ChoiceField {...props} alternatives={shape.alternatives} />
    case 'list':
      return <ListField {...props} item={shape.item} />
    case 'object':
      return <Group {...props} />
    case 'const':
      return null
    default:
      return <JsonField {...props} />
  }
}

/** An object in an object. It is there once a field in it is set, and goes with the last. */
function Group({ schema, title, pointer, required, value, onChange }: FieldProps) {
  const change = (next: JsonObject) => onChange(Object.keys(next).length === 0 && !required ? undefined : next)
  return (
    <fieldset id={fieldId(pointer)} tabIndex={-1} className="min-w-0 rounded-panel border border-line px-4 pt-2 pb-4">
      <legend className="px-1 text-cell font-medium">{title}</legend>
      {schema.description !== undefined && <p className="mb-3 text-label text-text-3">{schema.description}</p>}
      <ObjectFields schema={schema} pointer={pointer} value={isObject(value) ? value : {}} onChange={change} />
    </fieldset>
  )
}
