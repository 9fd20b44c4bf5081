import { useForm } from './form-context.ts'
import { type JsonObject, type JsonSchema, resolve, shapeOf, titleOf } from './json-schema.ts'

interface Entry {
  key: string
  schema: JsonSchema
  required: boolean
}

/** The fields of an object in the schema's order: what a person has to look at, then the rest, folded, with how many are set. */
export function ObjectFields(props: {
  schema: JsonSchema
  pointer: string
  value: JsonObject
  onChange: (value: JsonObject) => void
  unfolded?: boolean
}) {
  const { root, errors, Field } = useForm()
  const { pointer, value, onChange, unfolded = false } = props
  const schema = resolve(root, props.schema)
  const entries = Object.entries(schema.properties ?? {})
    .map(([key, node]): Entry => ({ key, schema: resolve(root, node), required: schema.required?.includes(key) === true }))
    .filter((entry) => !('const' in entry.schema))
  const { first, more } = unfolded ? { first: entries, more: [] } : divide(root, entries)
  const draw = ({ key, schema: own, required }: Entry) => (
    <Field
      key={key}
      schema={own}
      title={titleOf(key, own)}
      pointer={`${pointer}/${key}`}
      required={required}
      value={value[key]}
      onChange={(next) => onChange(withKey(value, key, next))}
    />
  )
  const set = more.filter(({ key }) => value[key] !== undefined).length
  return (
    <div className="grid gap-4">
      {first.map(draw)}
      {more.length > 0 && (
        <details open={more.some(({ key }) => Object.keys(errors).some((at) => at.startsWith(`${pointer}/${key}`))) || undefined}>
          <summary className="w-fit text-text-2 hover:text-text">
            More options {set > 0 && <span className="text-text-3">({set} set)</span>}
          </summary>
          <div className="mt-3 grid gap-4 border-l border-line pl-4">{more.map(draw)}</div>
        </details>
      )}
    </div>
  )
}

/** What a person has to look at comes first, with what stands between; the rest is folded. Nothing is folded where little would be. */
function divide(root: JsonSchema, entries: Entry[]): { first: Entry[]; more: Entry[] } {
  if (entries.length <= MOST_UNFOLDED) return { first: entries, more: [] }
  const telling = entries.map((entry) => isTelling(root, entry))
  if (!telling.includes(true)) return { first: entries.slice(0, 1), more: entries.slice(1) }
  const isFirst = (index: number) => telling[index] === true || (telling[index - 1] === true && telling[index + 1] === true)
  return { first: entries.filter((_, index) => isFirst(index)), more: entries.filter((_, index) => !isFirst(index)) }
}

const MOST_UNFOLDED = 3

/** Required, a password, the place to go to, how to sign in, or what there is to read. */
function isTelling(root: JsonSchema, { schema, required }: Entry): boolean {
  if (required) return true
  if (schema.secret === true) return schema.multiline !== true
  if (schema.destination === true && ['string', 'number'].includes(typeof schema.default)) return true
  const { kind } = shapeOf(root, schema)
  return kind === 'list' || (kind === 'choice' && schema.default !== undefined)
}

function withKey(value: JsonObject, key: string, next: unknown): JsonObject {
  if (next !== undefined) return { ...value, [key]: next }
  const { [key]: _, ...rest } = value
  return rest
}
