import { type FieldProps, fieldId, useForm } from './form-context.ts'
import { type Alternative, type JsonSchema, alternativeOf, isObject, resolve, shapeOf } from './json-schema.ts'
import { ObjectFields } from './object-fields.tsx'

const MOST_RADIOS = 5

/** One of several: which one, and then its own fields. Up to five are radio buttons, more a list. */
export function ChoiceField(props: FieldProps & { alternatives: Alternative[] }) {
  const { errors } = useForm()
  const { schema, title, pointer, required, value, onChange, alternatives } = props
  const given = value === undefined ? schema.default : value
  const at = alternativeOf(alternatives, given)
  const choose = (index: number) => onChange(index < 0 ? undefined : startOf(alternatives[index]!))
  const free = !required && schema.default === undefined
  const options = [...(free ? [{ index: -1, label: 'Not set' }] : []), ...alternatives.map(({ label }, index) => ({ index, label }))]
  return (
    <fieldset id={fieldId(pointer)} tabIndex={-1} className="min-w-0">
      <legend className="text-cell font-medium">
        {title} {free && <span className="font-normal text-text-3">optional</span>}
      </legend>
      {errors[pointer] !== undefined && <p className="text-label font-medium text-bad">{errors[pointer]}</p>}
      {schema.description !== undefined && <p className="text-label text-text-3">{schema.description}</p>}
      {options.length <= MOST_RADIOS ? (
        <div className="mt-1 flex flex-wrap gap-x-5 gap-y-1.5">
          {options.map(({ index, label }) => (
            <label key={label} className="inline-flex min-h-6 items-center gap-2">
              <input
                type="radio"
                name={fieldId(pointer)}
                className="size-4 accent-(--color-text)"
                checked={at === index}
                onChange={() => choose(index)}
              />
              {label}
            </label>
          ))}
        </div>
      ) : (
        <select aria-label={title} className="input mt-1 max-w-80 pr-1" value={at} onChange={(event) => choose(Number(event.target.value))}>
          {at < 0 && !free && <option value={-1}>Choose…</option>}
          {options.map(({ index, label }) => (
            <option key={label} value={index}>
              {label}
            </option>
          ))}
        </select>
      )}
      {at >= 0 && <Chosen {...props} value={given} alternative={alternatives[at]!} />}
    </fieldset>
  )
}

function Chosen(props: FieldProps & { alternative: Alternative }) {
  const { root, Field } = useForm()
  const { alternative, pointer, value, onChange, title } = props
  const schema = resolve(root, alternative.schema)
  if (shapeOf(root, schema).kind !== 'object') {
    return (
      <div className="mt-2 border-l border-line pl-4">
        <Field {...props} schema={withoutWords(schema)} title={title} required />
      </div>
    )
  }
  if (Object.values(schema.properties ?? {}).every((property) => 'const' in property)) {
    return schema.description === undefined ? null : <p className="mt-1 text-label text-text-3">{schema.description}</p>
  }
  return (
    <div className="mt-2 border-l border-line pl-4">
      {schema.description !== undefined && <p className="mb-2 text-label text-text-3">{schema.description}</p>}
      <ObjectFields schema={schema} pointer={pointer} value={isObject(value) ? value : {}} onChange={onChange} />
    </div>
  )
}

function withoutWords(schema: JsonSchema): JsonSchema {
  const { title: _, ...rest } = schema
  return rest
}

/** What a value begins with when its alternative is chosen. */
function startOf({ by, schema }: Alternative): unknown {
  if (by !== null) return { [by.key]: by.value }
  switch ([schema.type ?? []].flat()[0]) {
    case 'array':
      return []
    case 'object':
      return {}
    case 'boolean':
      return schema.default === true
    case 'number':
    case 'integer':
      return schema.minimum ?? Number.NaN
    default:
      return ''
  }
}
